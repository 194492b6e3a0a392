import { ModelLoadError } from "../errors/index.ts";
import type { GgufHeader, GgufValue } from "../gguf/index.ts";
import { split } from "./pre-tokenizer.ts";
import { sentencePieceMerges } from "./sentencepiece-merges.ts";
import type { Component, TokenizerFile, TokenizerSource } from "./tokenizer-file.ts";

type Metadata = ReadonlyMap<string, GgufValue>;

/** `tokenizer.ggml.token_type`: what kind of token an id is (llama.cpp's llama_token_type). */
const NORMAL = 1;
const UNKNOWN = 2;
const CONTROL = 3;
const USER_DEFINED = 4;

const BYTE_LEVEL = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true };
const LLAMA3_SPLIT =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const GPT2 = { ...BYTE_LEVEL, use_regex: true };
const LLAMA3 = sequence(split(LLAMA3_SPLIT), { ...BYTE_LEVEL, use_regex: false });
const QWEN2 = sequence(split(LLAMA3_SPLIT.replace("{1,3}", "")), { ...BYTE_LEVEL, use_regex: false });

/** How `tokenizer.ggml.pre` cuts text into words before byte-level BPE. */
const PRE_TOKENIZERS: Record<string, Component> = {
  smollm: sequence({ type: "Digits", individual_digits: true }, GPT2),
  "gpt-2": GPT2,
  "llama-bpe": LLAMA3,
  llama3: LLAMA3,
  qwen2: QWEN2,
  "deepseek-r1-qwen": QWEN2,
};
/** For files from before `tokenizer.ggml.pre`, where the architecture leaves no doubt. */
const PRE_OF_ARCHITECTURE: Record<string, string> = { gpt2: "gpt-2", qwen2: "qwen2", qwen3: "qwen2" };

/**
 * The tokenizer that a GGUF file carries, in the form of a `tokenizer.json`: byte-level BPE
 * (`tokenizer.ggml.model` = gpt2) or SentencePiece BPE (llama). Anything else throws ModelLoadError naming it.
 */
export function ggufVocabulary(header: Pick<GgufHeader, "metadata" | "tensors">): TokenizerSource {
  const { metadata } = header;
  const kind = metadata.get("tokenizer.ggml.model");
  if (kind !== "gpt2" && kind !== "llama") {
    throw unsupported(
      `tokenizer.ggml.model is ${JSON.stringify(kind)}, expected "gpt2" (byte-level BPE) or "llama" (SentencePiece BPE)`,
    );
  }
  const tokens = strings(metadata, "tokenizer.ggml.tokens");
  const types = numbers(metadata, "tokenizer.ggml.token_type");
  const tokenAt = (key: string) => {
    const id = metadata.get(`tokenizer.ggml.${key}_token_id`);
    return typeof id === "number" ? tokens[id] : undefined;
  };
  const template = metadata.get("tokenizer.chat_template");
  const rows = header.tensors.find(({ name }) => name === "token_embd.weight")?.shape[0];
  return {
    file: {
      ...(kind === "gpt2" ? byteLevel(metadata, tokens) : sentencePiece(metadata, tokens, types)),
      added_tokens: tokens.flatMap((content, id) =>
        types[id] === CONTROL || types[id] === USER_DEFINED || types[id] === UNKNOWN
          ? [{ id, content, special: types[id] !== USER_DEFINED, normalized: false }]
          : [],
      ),
      post_processor: startProcessor(metadata, tokens),
    },
    ...(typeof template === "string" && { chatTemplate: template }),
    namedTokens: Object.fromEntries(
      Object.entries({
        bos_token: "bos",
        eos_token: "eos",
        unk_token: "unknown",
        pad_token: "padding",
      }).flatMap(([name, key]) => (tokenAt(key) === undefined ? [] : [[name, tokenAt(key) as string]])),
    ),
    endTokens: ["eos", "eot", "eom"]
      .map((name) => metadata.get(`tokenizer.ggml.${name}_token_id`))
      .filter((id) => typeof id === "number"),
    ...(rows !== undefined && { embeddingRows: rows }),
  };
}

type Stages = Omit<TokenizerFile, "added_tokens" | "post_processor">;

function byteLevel(metadata: Metadata, tokens: readonly string[]): Stages {
  const pre = preTokenizerName(metadata);
  const component = PRE_TOKENIZERS[pre];
  if (!component) {
    const known = Object.keys(PRE_TOKENIZERS).join(", ");
    throw unsupported(`tokenizer.ggml.pre is ${JSON.stringify(pre)}, expected one of ${known}`);
  }
  return {
    normalizer: component === QWEN2 ? { type: "NFC" } : null,
    pre_tokenizer: component,
    decoder: BYTE_LEVEL,
    model: {
      type: "BPE",
      vocab: vocabulary(tokens),
      merges: strings(metadata, "tokenizer.ggml.merges"),
      ignore_merges: component === LLAMA3,
    },
  };
}

function preTokenizerName(metadata: Metadata): string {
  const pre = metadata.get("tokenizer.ggml.pre") ?? "default";
  if (pre !== "default") return String(pre);
  return PRE_OF_ARCHITECTURE[String(metadata.get("general.architecture"))] ?? "default";
}

function sentencePiece(metadata: Metadata, tokens: readonly string[], types: readonly number[]): Stages {
  const scores = numbers(metadata, "tokenizer.ggml.scores");
  const unknown = types.indexOf(UNKNOWN);
  const space = { type: "Replace", pattern: { String: " " }, content: "▁" };
  const prefix = metadata.get("tokenizer.ggml.add_space_prefix") !== false;
  return {
    normalizer: prefix
      ? { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, space] }
      : space,
    pre_tokenizer: null,
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        ...(prefix ? [{ type: "Strip", content: " ", start: 1, stop: 0 }] : []),
      ],
    },
    model: {
      type: "BPE",
      vocab: vocabulary(tokens),
      merges: sentencePieceMerges(tokens, scores, (id) => types[id] === NORMAL),
      byte_fallback: true,
      fuse_unk: true,
      unk_token: tokens[unknown] ?? null,
    },
  };
}

/** `add_bos_token`, or where it is not written what llama.cpp takes for it. */
function startProcessor(metadata: Metadata, tokens: readonly string[]): Component | null {
  const id = metadata.get("tokenizer.ggml.bos_token_id");
  const usual =
    metadata.get("tokenizer.ggml.model") === "llama" || PRE_TOKENIZERS[preTokenizerName(metadata)] === LLAMA3;
  const wanted = metadata.get("tokenizer.ggml.add_bos_token") ?? usual;
  if (wanted !== true || typeof id !== "number") return null;
  const token = tokens[id] ?? "";
  const text = (name: string, type_id: number) => ({ Sequence: { id: name, type_id } });
  return {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: token, type_id: 0 } }, text("A", 0)],
    // Not used here, but a fused model's tokenizer.json is read by others, who want it.
    pair: [{ SpecialToken: { id: token, type_id: 0 } }, text("A", 0), text("B", 1)],
    special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
  };
}

const vocabulary = (tokens: readonly string[]) => Object.fromEntries(tokens.map((token, id) => [token, id]));

function sequence(...pretokenizers: Component[]): Component {
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
