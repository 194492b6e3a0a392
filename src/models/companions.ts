import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readGgufHeader } from "../gguf/index.ts";
import { ggufVocabulary } from "../tokenizer/gguf-vocabulary.ts";
import type { AddedTokenEntry } from "../tokenizer/tokenizer-file.ts";
import { COMPANIONS } from "./model-files.ts";

/**
 * Puts beside a model's weights what it is loaded with: copies of a directory's tokenizer files, or the tokenizer
 * that a GGUF file carries, as Hugging Face's files.
 */
export function writeCompanions(path: string, directory: string): void {
  if (!path.endsWith(".gguf")) {
    for (const file of COMPANIONS) {
      if (file !== "config.json" && existsSync(join(path, file))) {
        copyFileSync(join(path, file), join(directory, file));
      }
    }
    return;
  }
  const { file, chatTemplate, namedTokens, endTokens } = ggufVocabulary(readGgufHeader(path));
  const { eos_token: endToken } = namedTokens;
  const json = (name: string, value: unknown) =>
    writeFileSync(join(directory, name), `${JSON.stringify(value, null, 1)}\n`);
  json("tokenizer.json", {
    version: "1.0",
    truncation: null,
    padding: null,
    ...file,
    added_tokens: file.added_tokens.map(wholeEntry),
    model: { dropout: null, unk_token: null, fuse_unk: false, byte_fallback: false, ...file.model },
  });
  json("tokenizer_config.json", {
    tokenizer_class: "PreTrainedTokenizerFast",
    clean_up_tokenization_spaces: false,
    ...(endToken === undefined ? {} : { pad_token: endToken }),
    ...namedTokens,
    ...(chatTemplate === undefined ? {} : { chat_template: chatTemplate }),
  });
  if (endTokens.length > 0) json("generation_config.json", { eos_token_id: endTokens });
}

function wholeEntry(token: AddedTokenEntry): AddedTokenEntry {
  return { single_word: false, lstrip: false, rstrip: false, normalized: false, ...token };
}
