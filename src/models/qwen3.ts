import type { ModelConfig } from "./config.ts";
import { Decoder } from "./decoder.ts";
import type { WeightReader } from "./weight-reader.ts";

/** Qwen 3 (arXiv 2505.09388): the queries and keys of each head are normed. */
export function qwen3(config: ModelConfig, weights: WeightReader): Decoder {
  const { attentionBias } = config;
  return new Decoder(config, weights, {
    biases: { queriesKeysValues: attentionBias, output: attentionBias, mlp: false },
    headNorms: true,
  });
}
