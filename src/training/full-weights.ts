import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors/index.ts";
import { dispose, shared } from "../mlx/index.ts";
import type { LanguageModel, ModelPart } from "../models/language-model.ts";
import { DenseEmbedding } from "../nn/embedding.ts";
import { LayerNorm } from "../nn/layer-norm.ts";
import { Linear } from "../nn/linear.ts";
import { RMSNorm } from "../nn/rms-norm.ts";
import type { Adaptation, AdaptOptions } from "./adapted-model.ts";
import { type Slot, TrainableParameters } from "./trainable.ts";

/** Trains every weight of a model. Raises ConfigError where weights are packed: they cannot take small steps. */
export function adaptFully(
  model: LanguageModel,
  _settings: Extract<Config["adapter"], { type: "full" }>,
  { reference }: AdaptOptions,
): Adaptation {
  const parameters = new TrainableParameters([...model.parts].flatMap(([name, part]) => slots(name, part)));
  const loaded = reference ? shared(Object.values(parameters.values)) : null;
  return {
    slots: parameters.slots,
    adapter: {
      fine_tune_type: "full",
      num_layers: model.layers.length,
      lora_parameters: { rank: 0, scale: 0, dropout: 0, keys: [] },
    },
    setDropout: () => undefined,
    asLoaded: loaded && ((body) => parameters.with(loaded, body)),
    [Symbol.dispose]: () => dispose(loaded ?? []),
  };
}

function slots(module: string, part: ModelPart): Slot[] {
  if (part instanceof Linear) {
    return [{ ...weight(module, part), transposed: true }, ...(part.bias ? [bias(module, part)] : [])];
  }
  if (part instanceof LayerNorm) return [weight(module, part), bias(module, part)];
  if (part instanceof DenseEmbedding || part instanceof RMSNorm) return [weight(module, part)];
  throw new ConfigError(`adapter.type full: the weights of ${module} are packed`, {
    mend: "Use adapter.type lora, or a model that is not quantized.",
  });
}

function bias(module: string, part: Linear | LayerNorm): Slot {
  return {
    name: `${module}.bias`,
    get: () => part.bias as NonNullable<typeof part.bias>,
    set: (array) => {
      part.bias = array;
    },
  };
}

function weight(module: string, part: Linear | DenseEmbedding | RMSNorm | LayerNorm): Slot {
  return {
    name: `${module}.weight`,
    get: () => part.weight,
    set: (array) => {
      part.weight = array;
    },
  };
}
