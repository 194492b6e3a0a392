import { dispose, keep, MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import type { AdaptedModel } from "../../src/training/adapted-model.ts";
import { type Slot, TrainableParameters } from "../../src/training/trainable.ts";

const [V, D] = [11, 6];

/**
 * A causal language model of a few matrices, all trained: each layer adds tanh(W of the running mean of the
 * states so far) to a state. Small enough for exact comparisons, and causal, so padding must not matter.
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
  const counts = (length: number) =>
    MxArray.from(
      Float32Array.from({ length }, (_, t) => t + 1),
      [1, length, 1],
    );
  return {
    parameters: new TrainableParameters([embedding, ...weights, output]),
    embed: (tokens) => mx.take(embedding.get(), tokens, 0),
    layers: weights.map((weight) => ({
      parameters: new TrainableParameters([weight]),
      forward: (x) => {
        const mean = mx.divide(mx.cumsum(x, { axis: 1 }), counts(x.shape[1] ?? 0));
        return mx.add(x, mx.tanh(mx.matmul(mean, weight.get())));
      },
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
    [Symbol.dispose]: () => dispose(arrays),
  };
}
