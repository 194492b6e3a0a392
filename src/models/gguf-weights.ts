import { ModelLoadError } from "../errors/index.ts";
import type { GgufValue } from "../gguf/index.ts";
import { dispose, keep, type MxArray, mx, scope } from "../mlx/index.ts";
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
  attn_output: "self_attn.o_proj",
  ffn_norm: "post_attention_layernorm",
  ffn_gate: "mlp.gate_proj",
  ffn_up: "mlp.up_proj",
  ffn_down: "mlp.down_proj",
};

/** The model that a GGUF file's metadata describes. Throws ModelLoadError for an architecture that is not here. */
export function ggufConfig(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  names: Iterable<string>,
): ModelConfig {
  const present = new Set(names);
  const architecture = metadata.get("general.architecture");
  if (architecture !== "llama") {
    throw new ModelLoadError(
      `${path}: architecture ${JSON.stringify(architecture)} is not supported in GGUF files.`,
      {
        mend: "Supported: llama (SmolLM2, Llama, Mistral). Others load from their Hugging Face directory.",
      },
    );
  }
  const number = (key: string, fallback?: number): number => {
    const value = metadata.get(`llama.${key}`) ?? fallback;
    if (typeof value !== "number") {
      throw new ModelLoadError(`${path}: the metadata lacks llama.${key}.`, {
        mend: "Fetch the file again.",
      });
    }
    return value;
  };
  const scaling = metadata.get("llama.rope.scaling.type") ?? "none";
  if (scaling !== "none" || present.has("rope_freqs.weight")) {
    throw new ModelLoadError(`${path}: rope scaling is not supported (${scaling}, rope_freqs.weight).`, {
      mend: "Use a model without rope scaling, such as SmolLM2.",
    });
  }
  const heads = number("attention.head_count");
  const hiddenSize = number("embedding_length");
  const tokens = metadata.get("tokenizer.ggml.tokens");
  return {
    architecture: "llama",
    vocabularySize: number("vocab_size", Array.isArray(tokens) ? tokens.length : undefined),
    hiddenSize,
    intermediateSize: number("feed_forward_length"),
    layers: number("block_count"),
    heads,
    keyValueHeads: number("attention.head_count_kv", heads),
    headDimension: number("attention.key_length", hiddenSize / heads),
    contextLength: number("context_length"),
    normEpsilon: number("attention.layer_norm_rms_epsilon"),
    ropeBase: number("rope.freq_base", 10_000),
    tiedEmbedding: !present.has("output.weight"),
  };
}

/** Tensors under their Hugging Face names, in Hugging Face's order of rows. Takes over the arrays. */
export function fromGgufNames(tensors: Map<string, MxArray>, config: ModelConfig): Map<string, MxArray> {
  const renamed = new Map<string, MxArray>();
  for (const [name, array] of tensors) {
    const [module = "", part = ""] = splitLast(name);
    const target = moduleName(module);
    const heads = module.endsWith(".attn_q")
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
