import { ModelLoadError } from "../errors/index.ts";
import type { GgufValue } from "../gguf/index.ts";
import type { TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

type Metadata = ReadonlyMap<string, GgufValue>;

/** `tokenizer.ggml.token_type`: what kind of token an id is (llama.cpp's llama_token_type). */
const CONTROL = 3;
const USER_DEFINED = 4;

const BYTE_LEVEL = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
const LLAMA3_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/** How `tokenizer.ggml.pre` cuts text into words before byte-level BPE. */
const PRE_TOKENIZERS: Record<string, object> = {
  smollm: sequence({ type: "Digits", individual_digits: true }, { ...BYTE_LEVEL, use_regex: true }),
  "gpt-2": { ...BYTE_LEVEL, use_regex: true },
  "llama-bpe": sequence(split(LLAMA3_SPLIT), { ...BYTE_LEVEL, use_regex: false }),
  qwen2: sequence(split(LLAMA3_SPLIT.replace("{1,3}", "")), { ...BYTE_LEVEL, use_regex: false }),
};
PRE_TOKENIZERS.default = PRE_TOKENIZERS["gpt-2"] as object;

/**
 * The tokenizer that a GGUF file carries, in the form of a `tokenizer.json`. Byte-level BPE only
 * (`tokenizer.ggml.model` = gpt2); anything else throws ModelLoadError naming it.
 */
export function ggufVocabulary(metadata: Metadata): TokenizerSource {
  const kind = metadata.get("tokenizer.ggml.model");
  if (kind !== "gpt2") {
    throw unsupported(`tokenizer.ggml.model is ${JSON.stringify(kind)}, expected "gpt2" (byte-level BPE)`);
  }
  const pre = metadata.get("tokenizer.ggml.pre") ?? "default";
  const preTokenizer = PRE_TOKENIZERS[String(pre)];
  if (!preTokenizer) {
    throw unsupported(
      `tokenizer.ggml.pre is ${JSON.stringify(pre)}, expected one of ${Object.keys(PRE_TOKENIZERS).join(", ")}`,
    );
  }
  const tokens = strings(metadata, "tokenizer.ggml.tokens");
  const merges = strings(metadata, "tokenizer.ggml.merges");
  const types = numbers(metadata, "tokenizer.ggml.token_type");
  const file: TokenizerFile = {
    added_tokens: tokens.flatMap((content, id) =>
      types[id] === CONTROL || types[id] === USER_DEFINED
        ? [{ id, content, special: types[id] === CONTROL, normalized: false }]
        : [],
    ),
    normalizer: pre === "qwen2" ? { type: "NFC" } : null,
    pre_tokenizer: preTokenizer,
    post_processor: null,
    decoder: BYTE_LEVEL,
    model: {
      type: "BPE",
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
      ignore_merges: pre === "llama-bpe",
    },
  };
  const endTokens = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"]
    .map((key) => metadata.get(key))
    .filter((id) => typeof id === "number");
  const text = (key: string) => {
    const id = metadata.get(key);
    return typeof id === "number" ? tokens[id] : undefined;
  };
  const template = metadata.get("tokenizer.chat_template");
  return {
    file,
    config: {},
    ...(typeof template === "string" && { chatTemplate: template }),
    startToken: text("tokenizer.ggml.bos_token_id") ?? "",
    endToken: text("tokenizer.ggml.eos_token_id") ?? "",
    endTokens,
  };
}

function split(regex: string): object {
  return { type: "Split", pattern: { Regex: regex }, behavior: "Isolated", invert: false };
}

function sequence(...pretokenizers: object[]): object {
  return { type: "Sequence", pretokenizers };
}

function strings(metadata: Metadata, key: string): string[] {
  const value = metadata.get(key);
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) throw missing(key, value);
  return value;
}

function numbers(metadata: Metadata, key: string): number[] {
  const value = metadata.get(key);
  if (!Array.isArray(value) || !value.every((item) => typeof item === "number")) throw missing(key, value);
  return value;
}

function missing(key: string, value: unknown): ModelLoadError {
  return new ModelLoadError(
    `the GGUF file's ${key} is ${value === undefined ? "missing" : "not a list of the expected type"}`,
    {
      mend: "Take another copy of the model: a complete GGUF file carries its tokenizer.",
    },
  );
}

function unsupported(reason: string): ModelLoadError {
  return new ModelLoadError(`the GGUF file's tokenizer is not supported: ${reason}`, {
    mend: "Use the model's Hugging Face directory (tokenizer.json) instead.",
  });
}
