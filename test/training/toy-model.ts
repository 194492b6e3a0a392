import { dispose, keep, type MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { attention } from "../../src/nn/attention.ts";
import { raggedContext } from "../../src/nn/ragged-attention.ts";
import { Rope } from "../../src/nn/rope.ts";
import type { AdaptedModel } from "../../src/training/adapted-model.ts";
import { type Slot, TrainableParameters } from "../../src/training/trainable.ts";

const [V, D] = [11, 6];

const SHAPE = {
  heads: 1,
  keyValueHeads: 1,
  headDimension: D,
  rope: new Rope(D, { base: 100, scaling: null }),
};

/**
 * A causal language model of a few matrices, all trained: each layer adds tanh(W of what a state attends to) to it.
 * Small enough for exact comparisons.
 */
export function toyModel(): AdaptedModel {
  const arrays = new Map<string, MxArray>();
  const slot = (name: string, shape: number[], seed: number): Slot => {
    const drawn = scope(() => random.normal(shape, { key: random.key(seed), deviation: 0.5 }));
    arrays.set(name, keep(drawn));
    return {
      name,
      get: () => arrays.get(name) as MxArray,
      set: (array) => void arrays.set(name, array),
    };
  };
  const embedding = slot("embedding", [V, D], 1);
  const weights = [slot("layers.0.w", [D, D], 2), slot("layers.1.w", [D, D], 3)];
  const output = slot("head.w", [D, V], 4);
  return {
    parameters: new TrainableParameters([embedding, ...weights, output]),
    embed: (tokens) => mx.take(embedding.get(), tokens, 0),
    context: (layout) => raggedContext(layout, SHAPE),
    layers: weights.map((weight) => ({
      parameters: new TrainableParameters([weight]),
      forward: (x, context) =>
        mx.add(x, mx.tanh(mx.matmul(attention([x, x, x], SHAPE, context, 0), weight.get()))),
    })),
    head: {
      parameters: new TrainableParameters([output]),
      vocabularySize: V,
      logits: (hidden) => mx.matmul(hidden, output.get()),
    },
    adapter: {
      fine_tune_type: "full",
      num_layers: 2,
      lora_parameters: { rank: 0, scale: 0, dropout: 0, keys: [] },
    },
    setDropout: () => undefined,
    asLoaded: null,
    [Symbol.dispose]: () => dispose(arrays),
  };
}
