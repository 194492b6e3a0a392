import { closeSync, openSync, readSync } from "node:fs";
import { ModelLoadError } from "../errors/index.ts";
import type { GgufHeader, GgufTensor } from "../gguf/index.ts";
import { dispose, keep, type MxArray, mx, scope } from "../mlx/index.ts";
import { type RopeScaling, ropeDivisors } from "../nn/rope.ts";
import type { ModelConfig } from "./config.ts";

const MODULES: Record<string, string> = {
  token_embd: "model.embed_tokens",
  output_norm: "model.norm",
  output: "lm_head",
};

const LAYER_MODULES: Record<string, string> = {
  attn_norm: "input_layernorm",
  attn_q: "self_attn.q_proj",
  attn_k: "self_attn.k_proj",
  attn_v: "self_attn.v_proj",
  attn_q_norm: "self_attn.q_norm",
  attn_k_norm: "self_attn.k_norm",
  attn_output: "self_attn.o_proj",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};

/** Architectures that GGUF files name as Hugging Face does, and whose tensors have the same parts. */
const ARCHITECTURES = ["llama", "qwen2", "qwen3"];
/** Divides the frequency of each pair of channels: how GGUF files hold Llama 3's stretched rope. */
export const ROPE_FACTORS = "rope_freqs.weight";

/** The model that a GGUF file's metadata describes. Throws ModelLoadError for an architecture that is not here. */
export function ggufConfig(path: string, { metadata, tensors }: GgufHeader): ModelConfig {
  const present = new Set(tensors.map(({ name }) => name));
  const architecture = metadata.get("general.architecture");
  if (typeof architecture !== "string" || !ARCHITECTURES.includes(architecture)) {
    throw new ModelLoadError(
      `${path}: architecture ${JSON.stringify(architecture)} is not supported in GGUF files.`,
      {
        mend: `Supported: ${ARCHITECTURES.join(", ")}. Others load from their Hugging Face directory.`,
      },
    );
  }
  const number = (key: string, fallback?: number): number => {
    const value = metadata.get(`${architecture}.${key}`) ?? fallback;
    if (typeof value !== "number") {
      throw new ModelLoadError(`${path}: the metadata lacks ${architecture}.${key}.`, {
        mend: "Fetch the file again.",
      });
    }
    return value;
  };
  const heads = number("attention.head_count");
  const hiddenSize = number("embedding_length");
  const headDimension = number("attention.key_length", hiddenSize / heads);
  const tokens = metadata.get("tokenizer.ggml.tokens");
  return {
    architecture,
    vocabularySize: number("vocab_size", Array.isArray(tokens) ? tokens.length : undefined),
    hiddenSize,
    intermediateSize: number("feed_forward_length"),
    layers: number("block_count"),
    heads,
    keyValueHeads: number("attention.head_count_kv", heads),
    headDimension,
    contextLength: number("context_length"),
    normEpsilon: number("attention.layer_norm_rms_epsilon"),
    rope: {
      base: number("rope.freq_base", 10_000),
      scaling: ropeScaling(path, { metadata, tensors }, headDimension, number("rope.freq_base", 10_000)),
    },
    attentionBias: present.has("blk.0.attn_q.bias"),
    mlpBias: present.has("blk.0.ffn_gate.bias"),
    tiedEmbedding: !present.has("output.weight"),
  };
}

type Header = Pick<GgufHeader, "metadata" | "tensors">;

function ropeScaling(
  path: string,
  { metadata, tensors }: Header,
  headDimension: number,
  base: number,
): RopeScaling | null {
  const key = `${metadata.get("general.architecture")}.rope.scaling`;
  const type = metadata.get(`${key}.type`) ?? "none";
  const factors = tensors.find(({ name }) => name === ROPE_FACTORS);
  if (factors) {
    const scaling = llama3Scaling(readFloats(path, factors), headDimension, base);
    if (scaling) return scaling;
  } else if (type === "none") return null;
  else if (type === "linear") return { type, factor: Number(metadata.get(`${key}.factor`) ?? 1) };
  throw new ModelLoadError(
    `${path}: its rope scaling (${type}${factors ? `, ${ROPE_FACTORS}` : ""}) is not supported.`,
    {
      mend: "Supported: none, linear and Llama 3's. Others may load from their Hugging Face directory.",
    },
  );
}

/** The settings of Llama 3.1 to 3.3 that give these factors, if there are any: files hold the factors alone. */
function llama3Scaling(factors: readonly number[], headDimension: number, base: number): RopeScaling | null {
  const scaling: RopeScaling = {
    type: "llama3",
    factor: Math.max(...factors),
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalContext: 8192,
  };
  const plain = ropeDivisors(headDimension, { base, scaling: null });
  const expected = ropeDivisors(headDimension, { base, scaling });
  const same = expected.every((divisor, i) => {
    const found = (plain[i] as number) * (factors[i] ?? Number.NaN);
    return Math.abs(found / divisor - 1) < 1e-4;
  });
  return same ? scaling : null;
}

function readFloats(path: string, { type, offset, bytes }: GgufTensor): number[] {
  if (type !== "F32") {
    throw new ModelLoadError(`${path}: ${ROPE_FACTORS} is stored as ${type}, expected F32.`);
  }
  const data = new Uint8Array(bytes);
  const file = openSync(path, "r");
  try {
    readSync(file, data, 0, bytes, offset);
  } finally {
    closeSync(file);
  }
  return [...new Float32Array(data.buffer)];
}

/** Tensors under their Hugging Face names, in Hugging Face's order of rows. Takes over the arrays. */
export function fromGgufNames(tensors: Map<string, MxArray>, config: ModelConfig): Map<string, MxArray> {
  const renamed = new Map<string, MxArray>();
  for (const [name, array] of tensors) {
    if (name === ROPE_FACTORS) {
      array.dispose();
      continue;
    }
    const [module = "", part = ""] = splitLast(name);
    const target = moduleName(module);
    // Only Llama's files are in the other order.
    const heads =
      config.architecture !== "llama"
        ? 0
        : module.endsWith(".attn_q")
          ? config.heads
          : module.endsWith(".attn_k")
            ? config.keyValueHeads
            : 0;
    renamed.set(`${target}.${part}`, heads > 0 ? interleavedToHalves(array, heads) : array);
  }
  return renamed;
}

function moduleName(module: string): string {
  const layer = /^blk\.(\d+)\.(\w+)$/.exec(module);
  if (!layer) return MODULES[module] ?? module;
  return `model.layers.${layer[1]}.${LAYER_MODULES[layer[2] ?? ""] ?? layer[2]}`;
}

function splitLast(name: string): [module: string, part: string] {
  const at = name.lastIndexOf(".");
  return [name.slice(0, at), name.slice(at + 1)];
}

/**
 * llama.cpp orders the rows of a head of q and k so that rope turns neighbours; Hugging Face's order turns
 * halves. Undone by rows, so that packed words, scales and biases move alike: [heads d, ..] -> [heads d, ..].
 */
function interleavedToHalves(array: MxArray, heads: number): MxArray {
  const [rows = 0, ...rest] = array.shape;
  const moved = keep(
    scope(() => {
      const pairs = mx.reshape(array, [heads, rows / heads / 2, 2, ...rest]);
      return mx.contiguous(mx.reshape(mx.swapaxes(pairs, 1, 2), [rows, ...rest]));
    }),
  );
  dispose(array);
  return moved;
}
