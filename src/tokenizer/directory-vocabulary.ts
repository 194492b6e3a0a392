import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import type { AddedTokenEntry, TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

type Json = Record<string, unknown>;

/** Special tokens that transformers hands to a chat template under these names. */
const NAMED_TOKENS = [
  "bos_token",
  "eos_token",
  "unk_token",
  "sep_token",
  "pad_token",
  "cls_token",
  "mask_token",
];

/**
 * The tokenizer of a directory in Hugging Face layout: `tokenizer.json`, and what tokenizer_config.json,
 * special_tokens_map.json, generation_config.json, config.json and chat_template.jinja say about it where they
 * exist. Throws ModelLoadError.
 */
export async function directoryVocabulary(directory: string): Promise<TokenizerSource> {
  const file = await tokenizerFile(directory);
  const [config = {}, specialTokens = {}, generation = {}, model = {}] = await Promise.all(
    ["tokenizer_config.json", "special_tokens_map.json", "generation_config.json", "config.json"].map(
      (name) => readJson(directory, name),
    ),
  );
  const added = [...file.added_tokens, ...tokensOnlyInConfig(file, config)];
  const namedTokens = Object.fromEntries(
    NAMED_TOKENS.flatMap((name) => {
      const text = tokenText(config[name]) ?? tokenText(specialTokens[name]);
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const chatTemplate =
    (await readText(join(directory, "chat_template.jinja"))) ?? defaultTemplate(config.chat_template);
  const end = added.find((token) => token.content === namedTokens.eos_token)?.id;
  return {
    file: { ...file, added_tokens: added },
    ...(chatTemplate !== undefined && { chatTemplate }),
    namedTokens,
    endTokens: [
      end ?? file.model.vocab[namedTokens.eos_token ?? ""],
      generation.eos_token_id,
      model.eos_token_id,
    ]
      .flat()
      .filter((id) => typeof id === "number"),
    ...(typeof model.vocab_size === "number" && { embeddingRows: model.vocab_size }),
  };
}

async function tokenizerFile(directory: string): Promise<TokenizerFile> {
  const found = await stat(directory).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ModelLoadError(`${directory} is not a directory with a model`, {
      mend: "Give a .gguf file or a model directory in Hugging Face layout.",
    });
  }
  const file = await readJson(directory, "tokenizer.json");
  if (file === undefined) {
    const others = ["tokenizer.model", "vocab.json"].filter((name) => existsSync(join(directory, name)));
    throw new ModelLoadError(
      `${directory} has no tokenizer.json${others.length > 0 ? ` (it has ${others.join(", ")}, which is not read)` : ""}`,
      {
        mend:
          others.length > 0
            ? "Convert it with transformers: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)."
            : "Give a .gguf file or a model directory in Hugging Face layout.",
      },
    );
  }
  const model = file.model as Json | undefined;
  const wrong = (what: string) =>
    new ModelLoadError(`${join(directory, "tokenizer.json")}: ${what}`, {
      mend: "Take another copy of the model.",
    });
  if (typeof model !== "object" || model === null) throw wrong("expected an object `model`");
  if (model.type !== undefined && model.type !== "BPE") {
    throw wrong(`model.type is ${JSON.stringify(model.type)}, expected "BPE"`);
  }
  const { vocab, merges } = model;
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab)) {
    throw wrong("expected an object `model.vocab` of ids by token");
  }
  if (!Object.values(vocab).every((id) => Number.isInteger(id) && id >= 0)) {
    throw wrong("an id of `model.vocab` is not a whole number");
  }
  if (!Array.isArray(merges)) throw wrong("expected a list `model.merges`");
  return {
    added_tokens: addedTokens(file.added_tokens ?? [], wrong),
    normalizer: (file.normalizer ?? null) as TokenizerFile["normalizer"],
    pre_tokenizer: (file.pre_tokenizer ?? null) as TokenizerFile["pre_tokenizer"],
    post_processor: (file.post_processor ?? null) as TokenizerFile["post_processor"],
    decoder: (file.decoder ?? null) as TokenizerFile["decoder"],
    model: model as TokenizerFile["model"],
  };
}

function addedTokens(value: unknown, wrong: (what: string) => ModelLoadError): AddedTokenEntry[] {
  const isEntry = (entry: Partial<AddedTokenEntry> | null) =>
    Number.isInteger(entry?.id) && typeof entry?.content === "string";
  if (!Array.isArray(value) || !value.every(isEntry)) {
    throw wrong("expected a list `added_tokens` of { id, content }");
  }
  return value;
}

/** Tokens that a fine-tune added to tokenizer_config.json (`added_tokens_decoder`) alone. */
function tokensOnlyInConfig(file: TokenizerFile, config: Json): AddedTokenEntry[] {
  const known = new Set(file.added_tokens.map((token) => token.content));
  const entries = Object.entries(
    (config.added_tokens_decoder ?? {}) as Record<string, Partial<AddedTokenEntry>>,
  );
  return entries.flatMap(([id, { content, special = false, ...flags }]) =>
    typeof content === "string" && !known.has(content)
      ? [{ ...flags, id: Number(id), content, special }]
      : [],
  );
}

/** Special tokens are written as text or as `{ content }`. */
function tokenText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "content" in value) return String(value.content);
  return undefined;
}

/** A template, or a list of named templates: then the one named default, or the only one. */
function defaultTemplate(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return undefined;
  const entries = value as { name?: unknown; template?: unknown }[];
  const found =
    entries.find((entry) => entry.name === "default") ?? (entries.length === 1 ? entries[0] : undefined);
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
  throw new ModelLoadError(`${join(directory, name)}: expected a JSON object`, {
    mend: "Take another copy of the model.",
  });
}
