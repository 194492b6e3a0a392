import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import { readGgufHeader } from "../gguf/index.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { ggufVocabulary } from "./gguf-vocabulary.ts";
import { TextTokenizer } from "./text-tokenizer.ts";
import type { TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

type Json = Record<string, unknown>;

/**
 * The tokenizer of a model: of a .gguf file (its metadata) or of a directory (`tokenizer.json` and its
 * neighbours). Loads no MLX. Throws ModelLoadError.
 */
export async function loadTokenizer(modelPath: string): Promise<Tokenizer> {
  if (modelPath.endsWith(".gguf")) {
    return new TextTokenizer(ggufVocabulary(readGgufHeader(modelPath).metadata));
  }
  return new TextTokenizer(await directoryVocabulary(modelPath));
}

async function directoryVocabulary(directory: string): Promise<TokenizerSource> {
  const isDirectory = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isDirectory ? await readJson(directory, "tokenizer.json") : undefined;
  if (!isTokenizerFile(file)) {
    throw new ModelLoadError(`${directory} has no usable tokenizer.json`, {
      mend: "Give a .gguf file or a model directory in Hugging Face layout.",
    });
  }
  const config = (await readJson(directory, "tokenizer_config.json")) ?? {};
  const generation = (await readJson(directory, "generation_config.json")) ?? {};
  const model = (await readJson(directory, "config.json")) ?? {};
  const startToken = tokenText(config.bos_token);
  const endToken = tokenText(config.eos_token);
  const named = file.added_tokens.find((token) => token.content === endToken)?.id;
  const chatTemplate =
    (await readText(join(directory, "chat_template.jinja"))) ?? template(config.chat_template);
  return {
    file,
    config,
    ...(chatTemplate !== undefined && { chatTemplate }),
    ...(startToken !== undefined && { startToken }),
    ...(endToken !== undefined && { endToken }),
    endTokens: [named, generation.eos_token_id, model.eos_token_id]
      .flat()
      .filter((id) => typeof id === "number"),
  };
}

function isTokenizerFile(file: Json | undefined): file is Json & TokenizerFile {
  const model = file?.model;
  return Array.isArray(file?.added_tokens) && typeof model === "object" && model !== null && "vocab" in model;
}

/** Special tokens are written as text or as `{ content }`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "content" in value) return String(value.content);
  return undefined;
}

/** A template, or a list of named templates of which the default is taken. */
function template(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const entries = value as { name?: unknown; template?: unknown }[];
  const found = entries.find((entry) => entry.name === "default") ?? entries[0];
  return typeof found?.template === "string" ? found.template : undefined;
}

async function readText(path: string): Promise<string | undefined> {
  const file = Bun.file(path);
  return (await file.exists()) ? file.text() : undefined;
}

/** Undefined where there is no such file; ModelLoadError where it is not a JSON object. */
async function readJson(directory: string, name: string): Promise<Json | undefined> {
  const text = await readText(join(directory, name));
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  } catch (cause) {
    throw new ModelLoadError(`${join(directory, name)} is not valid JSON`, {
      cause,
      mend: "Take another copy of the model.",
    });
  }
  throw new ModelLoadError(`${join(directory, name)}: expected a JSON object`);
}
