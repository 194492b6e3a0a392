import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";
import type { RopeScaling, RopeSettings } from "../nn/rope.ts";
import type { ModelConfig } from "./config.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));
const nullable = <T extends v.GenericSchema>(schema: T) => v.optional(v.nullable(schema));

/** Rope as `rope_scaling` (its type as `type` in older files) or as `rope_parameters` describes it. */
const Rope = v.looseObject({
  rope_type: nullable(v.string()),
  type: nullable(v.string()),
  rope_theta: nullable(positive),
  factor: nullable(v.number()),
  low_freq_factor: nullable(v.number()),
  high_freq_factor: nullable(v.number()),
  original_max_position_embeddings: nullable(count),
  partial_rotary_factor: nullable(v.literal(1)),
});
type Rope = v.InferOutput<typeof Rope>;

/** The fields that models of Llama's shape share. */
const DecoderConfig = v.object({
  model_type: v.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: nullable(count),
  head_dim: nullable(count),
  max_position_embeddings: v.optional(count, 2048),
  rms_norm_eps: v.optional(positive, 1e-6),
  hidden_act: v.optional(v.literal("silu"), "silu"),
  attention_bias: v.optional(v.boolean(), false),
  mlp_bias: v.optional(v.boolean(), false),
  rope_theta: nullable(positive),
  rope_scaling: nullable(Rope),
  rope_parameters: nullable(Rope),
  partial_rotary_factor: v.optional(v.nullable(v.literal(1))),
  sliding_window: nullable(count),
  use_sliding_window: nullable(v.boolean()),
  tie_word_embeddings: v.optional(v.boolean(), false),
});

const Gpt2Config = v.object({
  model_type: v.literal("gpt2"),
  vocab_size: count,
  n_embd: count,
  n_layer: count,
  n_head: count,
  n_inner: nullable(count),
  n_positions: v.optional(count, 1024),
  layer_norm_epsilon: v.optional(positive, 1e-5),
  activation_function: v.optional(v.picklist(["gelu_new", "gelu_pytorch_tanh"]), "gelu_new"),
  scale_attn_weights: v.optional(v.literal(true), true),
  scale_attn_by_inverse_layer_idx: v.optional(v.literal(false), false),
  add_cross_attention: v.optional(v.literal(false), false),
  tie_word_embeddings: v.optional(v.literal(true), true),
});

/** config.json as it is. Throws ModelLoadError where it is missing or not an object. */
export function readConfigFile(directory: string): Record<string, unknown> {
  const path = join(directory, "config.json");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read as JSON: ${(cause as Error).message}`, {
      mend: "Fetch the model again.",
      cause,
    });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new ModelLoadError(`${path} is not a JSON object.`, { mend: "Fetch the model again." });
  }
  return json as Record<string, unknown>;
}

/** The model that a config.json describes. Throws ModelLoadError naming the field that is missing or wrong. */
export function directoryConfig(json: Readonly<Record<string, unknown>>, path: string): ModelConfig {
  return json.model_type === "gpt2"
    ? gpt2Config(parse(Gpt2Config, json, path), path)
    : decoderConfig(parse(DecoderConfig, json, path), path);
}

function parse<T extends v.GenericSchema>(
  schema: T,
  json: Readonly<Record<string, unknown>>,
  path: string,
): v.InferOutput<T> {
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new ModelLoadError(
    `${path}: field ${v.getDotPath(issue)}: expected ${issue.expected}, got ${issue.received}.`,
    { mend: "Check that the directory holds a causal language model in Hugging Face's layout." },
  );
}

function gpt2Config(raw: v.InferOutput<typeof Gpt2Config>, path: string): ModelConfig {
  return {
    architecture: "gpt2",
    vocabularySize: raw.vocab_size,
    hiddenSize: raw.n_embd,
    intermediateSize: raw.n_inner ?? 4 * raw.n_embd,
    layers: raw.n_layer,
    heads: raw.n_head,
    keyValueHeads: raw.n_head,
    headDimension: perHead(raw.n_embd, raw.n_head, path),
    contextLength: raw.n_positions,
    normEpsilon: raw.layer_norm_epsilon,
    rope: null,
    attentionBias: true,
    mlpBias: true,
    tiedEmbedding: true,
  };
}

function decoderConfig(raw: v.InferOutput<typeof DecoderConfig>, path: string): ModelConfig {
  return {
    architecture: raw.model_type,
    vocabularySize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    keyValueHeads: raw.num_key_value_heads ?? raw.num_attention_heads,
    headDimension: raw.head_dim ?? perHead(raw.hidden_size, raw.num_attention_heads, path),
    contextLength: Math.min(raw.max_position_embeddings, slidingWindow(raw)),
    normEpsilon: raw.rms_norm_eps,
    rope: ropeSettings(raw, path),
    attentionBias: raw.attention_bias,
    mlpBias: raw.mlp_bias,
    tiedEmbedding: raw.tie_word_embeddings,
  };
}

/** Channels of a head where the file names none. Throws ModelLoadError where the heads do not divide the width. */
function perHead(width: number, heads: number, path: string): number {
  if (width % heads === 0) return width / heads;
  throw new ModelLoadError(`${path}: ${heads} heads do not divide a width of ${width}.`, {
    mend: "Fetch the model again.",
  });
}

/** Tokens that attention looks back over: within the window it is whole, and beyond it we do not go. */
function slidingWindow(raw: v.InferOutput<typeof DecoderConfig>): number {
  // Qwen's files name a window that is off by default; Mistral's have no such switch.
  const inUse = raw.use_sliding_window ?? raw.model_type === "mistral";
  return (inUse && raw.sliding_window) || Number.POSITIVE_INFINITY;
}

function ropeSettings(raw: v.InferOutput<typeof DecoderConfig>, path: string): RopeSettings {
  const described = raw.rope_parameters ?? raw.rope_scaling;
  return {
    base: raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? 10_000,
    scaling: described ? ropeScaling(described, raw.max_position_embeddings, path) : null,
  };
}

function ropeScaling(rope: Rope, contextLength: number, path: string): RopeScaling | null {
  const type = rope.rope_type ?? rope.type ?? "default";
  const field = (name: "factor" | "low_freq_factor" | "high_freq_factor"): number => {
    const value = rope[name];
    if (typeof value === "number" && value > 0) return value;
    throw new ModelLoadError(`${path}: rope scaling "${type}" needs a ${name} above 0, got ${value}.`, {
      mend: "Fetch the model again.",
    });
  };
  switch (type) {
    case "default":
      return null;
    case "linear":
      return { type, factor: field("factor") };
    case "llama3":
      return {
        type,
        factor: field("factor"),
        lowFrequencyFactor: field("low_freq_factor"),
        highFrequencyFactor: field("high_freq_factor"),
        originalContext: rope.original_max_position_embeddings ?? contextLength,
      };
    default:
      throw new ModelLoadError(`${path}: rope scaling "${type}" is not supported.`, {
        mend: "Supported: none, linear and llama3. Use a model without it, or with its original context.",
      });
  }
}

const CLASSES: Readonly<Record<string, string>> = {
  llama: "LlamaForCausalLM",
  qwen2: "Qwen2ForCausalLM",
  qwen3: "Qwen3ForCausalLM",
};

/** config.json for a model that came without one, as transformers and mlx-lm read it. */
export function toHuggingFaceConfig(config: ModelConfig): Record<string, unknown> {
  return {
    model_type: config.architecture,
    architectures: [CLASSES[config.architecture]],
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDimension,
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.rope?.base,
    rope_scaling: toRopeScaling(config.rope?.scaling ?? null),
    hidden_act: "silu",
    attention_bias: config.attentionBias,
    mlp_bias: config.mlpBias,
    tie_word_embeddings: config.tiedEmbedding,
  };
}

/**
 * A config.json with what mlx-lm looks for and newer or shorter files leave out: rope in the older spelling beside
 * `rope_parameters`, which it does not read, and GPT-2's `n_ctx`.
 */
export function forOtherReaders(
  json: Readonly<Record<string, unknown>>,
  { rope, contextLength }: ModelConfig,
): Record<string, unknown> {
  if (json.model_type === "gpt2") return { n_ctx: contextLength, ...json };
  if (!json.rope_parameters || !rope) return { ...json };
  return { ...json, rope_theta: rope.base, rope_scaling: toRopeScaling(rope.scaling) };
}

function toRopeScaling(scaling: RopeScaling | null): Rope | null {
  if (!scaling) return null;
  const { type: rope_type, factor } = scaling;
  if (scaling.type === "linear") return { rope_type, factor };
  return {
    rope_type,
    factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalContext,
  };
}
