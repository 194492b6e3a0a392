import { ModelLoadError } from "../errors/index.ts";
import type { ModelConfig } from "./config.ts";
import { GPT2 } from "./gpt2.ts";
import type { LanguageModel } from "./language-model.ts";
import { llama } from "./llama.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import type { WeightReader } from "./weight-reader.ts";

type Architecture = (config: ModelConfig, weights: WeightReader) => LanguageModel;

/** Architectures by `model_type`. */
const ARCHITECTURES: Readonly<Record<string, Architecture>> = {
  llama,
  mistral: llama,
  qwen2,
  qwen3,
  gpt2: (config, weights) => new GPT2(config, weights),
};

export function createModel(config: ModelConfig, weights: WeightReader): LanguageModel {
  const create = ARCHITECTURES[config.architecture];
  if (!create) {
    throw new ModelLoadError(`The architecture "${config.architecture}" is not supported.`, {
      mend: `Supported: ${Object.keys(ARCHITECTURES).join(", ")}.`,
    });
  }
  return create(config, weights);
}
