import { ModelLoadError } from "../errors/index.ts";
import type { ModelConfig } from "./config.ts";
import type { LanguageModel } from "./language-model.ts";
import { Llama } from "./llama.ts";
import type { WeightReader } from "./weight-reader.ts";

type Architecture = new (config: ModelConfig, weights: WeightReader) => LanguageModel;

/** Architectures by `model_type`. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = { llama: Llama, mistral: Llama };

export function createModel(config: ModelConfig, weights: WeightReader): LanguageModel {
  const Architecture = ARCHITECTURES[config.architecture];
  if (!Architecture) {
    throw new ModelLoadError(`The architecture "${config.architecture}" is not supported.`, {
      mend: `Supported: ${Object.keys(ARCHITECTURES).join(", ")}.`,
    });
  }
  return new Architecture(config, weights);
}
