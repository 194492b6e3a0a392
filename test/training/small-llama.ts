import { MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import type { ModelConfig } from "../../src/models/config.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { createModel } from "../../src/models/registry.ts";
import { WeightReader } from "../../src/models/weight-reader.ts";

const config: ModelConfig = {
  architecture: "llama",
  vocabularySize: 97,
  hiddenSize: 64,
  intermediateSize: 128,
  layers: 2,
  heads: 4,
  keyValueHeads: 2,
  headDimension: 16,
  contextLength: 128,
  normEpsilon: 1e-5,
  rope: { base: 10_000, scaling: null },
  attentionBias: false,
  mlpBias: false,
  tiedEmbedding: true,
};

/** Entries of the weight that is drawn `seed`-th: uniform with deviation 0.5 / sqrt(inputs), by a formula that Python can repeat. */
export function formulaWeight(shape: readonly number[], seed: number): MxArray {
  const [rows = 0, columns = 1] = shape;
  const values = Float32Array.from({ length: rows * columns }, (_, k) => {
    const x = Math.sin(k * 12.9898 + seed * 78.233) * 43758.5453;
    return (x - Math.floor(x) - 0.5) * Math.sqrt(3 / columns);
  });
  return MxArray.from(values, [rows, columns]);
}

const normalWeight = (shape: readonly number[], seed: number): MxArray =>
  random.normal([...shape], { key: random.key(seed), deviation: 0.5 / Math.sqrt(shape[1] ?? 1) });

/** A Llama of two layers and width 64 with random weights, the same at every call. */
export function smallLlama(weight = normalWeight): LanguageModel {
  const {
    hiddenSize: D,
    intermediateSize: F,
    vocabularySize: V,
    heads,
    keyValueHeads,
    headDimension: d,
  } = config;
  const shapes: [string, number[]][] = [
    ["model.embed_tokens.weight", [V, D]],
    ["model.norm.weight", [D]],
  ];
  for (let i = 0; i < config.layers; i++) {
    const layer = (name: string, shape: number[]) => shapes.push([`model.layers.${i}.${name}.weight`, shape]);
    layer("self_attn.q_proj", [heads * d, D]);
    layer("self_attn.k_proj", [keyValueHeads * d, D]);
    layer("self_attn.v_proj", [keyValueHeads * d, D]);
    layer("self_attn.o_proj", [D, heads * d]);
    layer("mlp.gate_proj", [F, D]);
    layer("mlp.up_proj", [F, D]);
    layer("mlp.down_proj", [D, F]);
    layer("input_layernorm", [D]);
    layer("post_attention_layernorm", [D]);
  }
  return scope(() => {
    const tensors = new Map<string, MxArray>(
      shapes.map(([name, shape], seed) => [name, shape.length === 1 ? mx.ones(shape) : weight(shape, seed)]),
    );
    const reader = new WeightReader(tensors, {
      path: "small-llama",
      float32: true,
      keepPacked: () => false,
      packing: () => ({ bits: 4, groupSize: 32 }),
    });
    return createModel(config, reader);
  });
}
