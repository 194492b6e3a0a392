import { readGgufHeader } from "../gguf/index.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { directoryVocabulary } from "./directory-vocabulary.ts";
import { ggufVocabulary } from "./gguf-vocabulary.ts";
import { TextTokenizer } from "./text-tokenizer.ts";

/**
 * The tokenizer of a model: of a .gguf file (its metadata) or of a directory (`tokenizer.json` and its
 * neighbours). Loads no MLX. Throws ModelLoadError.
 */
export async function loadTokenizer(modelPath: string): Promise<Tokenizer> {
  if (!modelPath.endsWith(".gguf")) return new TextTokenizer(await directoryVocabulary(modelPath));
  return new TextTokenizer(ggufVocabulary(readGgufHeader(modelPath)));
}
