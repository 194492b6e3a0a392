import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";
import type { ModelConfig } from "./config.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The fields of Hugging Face's config.json that a Llama-shaped model needs. */
const HuggingFaceConfig = v.object({
  model_type: v.string(),
  vocab_size: count,
  hidden_size: count,
  intermediate_size: count,
  num_hidden_layers: count,
  num_attention_heads: count,
  num_key_value_heads: v.optional(v.nullable(count)),
  head_dim: v.optional(v.nullable(count)),
  max_position_embeddings: v.optional(count, 2048),
  rms_norm_eps: v.optional(v.number(), 1e-6),
  rope_theta: v.optional(v.number()),
  rope_scaling: v.optional(
    v.nullable(v.looseObject({ rope_type: v.optional(v.string()), type: v.optional(v.string()) })),
  ),
  rope_parameters: v.optional(
    v.nullable(v.looseObject({ rope_theta: v.optional(v.number()), rope_type: v.optional(v.string()) })),
  ),
  tie_word_embeddings: v.optional(v.boolean(), false),
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
  const parsed = v.safeParse(HuggingFaceConfig, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new ModelLoadError(
      `${path}: field ${v.getDotPath(issue)}: expected ${issue.expected}, got ${issue.received}.`,
      {
        mend: "Check that the directory holds a causal language model in Hugging Face's layout.",
      },
    );
  }
  const raw = parsed.output;
  const scaling =
    raw.rope_parameters?.rope_type ?? raw.rope_scaling?.rope_type ?? raw.rope_scaling?.type ?? "default";
  if (scaling !== "default") {
    throw new ModelLoadError(`${path}: rope scaling "${scaling}" is not supported.`, {
      mend: "Use a model without rope scaling, such as SmolLM2.",
    });
  }
  return {
    architecture: raw.model_type,
    vocabularySize: raw.vocab_size,
    hiddenSize: raw.hidden_size,
    intermediateSize: raw.intermediate_size,
    layers: raw.num_hidden_layers,
    heads: raw.num_attention_heads,
    keyValueHeads: raw.num_key_value_heads ?? raw.num_attention_heads,
    headDimension: raw.head_dim ?? raw.hidden_size / raw.num_attention_heads,
    contextLength: raw.max_position_embeddings,
    normEpsilon: raw.rms_norm_eps,
    ropeBase: raw.rope_parameters?.rope_theta ?? raw.rope_theta ?? 10_000,
    tiedEmbedding: raw.tie_word_embeddings,
  };
}

/** config.json for a model that came without one, as transformers and mlx-lm read it. */
export function toHuggingFaceConfig(config: ModelConfig): Record<string, unknown> {
  return {
    model_type: config.architecture,
    architectures: ["LlamaForCausalLM"],
    vocab_size: config.vocabularySize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyValueHeads,
    head_dim: config.headDimension,
    max_position_embeddings: config.contextLength,
    rms_norm_eps: config.normEpsilon,
    rope_theta: config.ropeBase,
    rope_scaling: null,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: config.tiedEmbedding,
  };
}
