import type { ModelConfig } from "./config.ts";
import { Decoder } from "./decoder.ts";
import type { WeightReader } from "./weight-reader.ts";

/** Qwen 1.5, 2 and 2.5 (arXiv 2407.10671, 2412.15115): queries, keys and values have biases. */
export function qwen2(config: ModelConfig, weights: WeightReader): Decoder {
  return new Decoder(config, weights, {
    biases: { queriesKeysValues: true, output: false, mlp: false },
    headNorms: false,
  });
}
