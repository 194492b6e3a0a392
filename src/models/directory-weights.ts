import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";
import { loadSafetensors, type MxArray } from "../mlx/index.ts";
import type { Packing } from "../nn/quantized-linear.ts";
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
  quantization: v.optional(v.looseObject({ group_size: count, bits: count })),
});

export type Quantization = v.InferOutput<typeof HuggingFaceConfig>["quantization"];

/** Reads config.json. Throws ModelLoadError naming the field that is missing or wrong. */
export function directoryConfig(directory: string): { config: ModelConfig; quantization: Quantization } {
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
    quantization: raw.quantization,
    config: {
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
    },
  };
}

/** The packing that mlx-lm's `quantization` names for every module. */
export function directoryPacking(quantization: Quantization): () => Packing {
  return () => {
    if (!quantization) {
      throw new ModelLoadError("The weights are packed, but config.json has no quantization entry.", {
        mend: "Take config.json from the same place as the weights.",
      });
    }
    return { bits: quantization.bits, groupSize: quantization.group_size };
  };
}

/** Every tensor of model.safetensors, or of the shards that its index names. */
export function loadDirectoryTensors(directory: string): Map<string, MxArray> {
  const index = join(directory, "model.safetensors.index.json");
  const tensors = new Map<string, MxArray>();
  for (const file of existsSync(index) ? shards(index) : ["model.safetensors"]) {
    const path = join(directory, file);
    if (!existsSync(path)) {
      throw new ModelLoadError(`${path} is missing.`, {
        mend: "Fetch the model again; every shard must be there.",
      });
    }
    for (const [name, array] of loadSafetensors(path).tensors) tensors.set(name, array);
  }
  return tensors;
}

function shards(index: string): string[] {
  try {
    const { weight_map } = JSON.parse(readFileSync(index, "utf8")) as { weight_map: Record<string, string> };
    return [...new Set(Object.values(weight_map))].sort();
  } catch (cause) {
    throw new ModelLoadError(`${index} has no weight_map: ${(cause as Error).message}`, {
      mend: "Fetch the model again.",
      cause,
    });
  }
}
