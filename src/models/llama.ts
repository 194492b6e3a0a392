import type { ModelConfig } from "./config.ts";
import { Decoder } from "./decoder.ts";
import type { WeightReader } from "./weight-reader.ts";

/** Llama (arXiv 2302.13971, 2407.21783) and what shares its shape: SmolLM2, Mistral. */
export function llama(config: ModelConfig, weights: WeightReader): Decoder {
  const { attentionBias, mlpBias } = config;
  return new Decoder(config, weights, {
    biases: { queriesKeysValues: attentionBias, output: attentionBias, mlp: mlpBias },
    headNorms: false,
  });
}
