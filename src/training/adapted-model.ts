import type { Config } from "../config/schema.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { AdapterConfig } from "../nn/adapter-file.ts";
import { raggedContext } from "../nn/ragged-attention.ts";
import { adaptFully } from "./full-weights.ts";
import { adaptByLora } from "./lora-adapters.ts";
import type { TrainedModel } from "./step.ts";
import { type Slot, TrainableParameters } from "./trainable.ts";

/** A model whose trained weights can be saved as an adapter. */
export interface AdaptedModel extends TrainedModel, Disposable {
  /** What adapter_config.json says of the weights. */
  adapter: AdapterConfig;
  /** Dropout of the adapters' inputs, drawn from this seed; null turns it off. */
  setDropout(seed: number | null): void;
  /** Runs `body` on the model as it was loaded: the reference. Null where all weights are trained and none was kept. */
  readonly asLoaded: (<T>(body: () => T) => T) | null;
}

/** The trained weights of a model, by where they sit, and how to take them off again. */
export interface Adaptation extends Disposable {
  slots: readonly Slot[];
  adapter: AdapterConfig;
  setDropout(seed: number | null): void;
  readonly asLoaded: AdaptedModel["asLoaded"];
}

type AdapterSettings = Config["adapter"];

export interface AdaptOptions {
  /** New adapters begin from it. */
  seed: number;
  /** Keep what `asLoaded` needs. LoRA has it for nothing; full weights are held once more. */
  reference: boolean;
}

/** One line per `type` of `adapter`: a missing one does not compile. */
const REGISTRY: {
  [T in AdapterSettings["type"]]: (
    model: LanguageModel,
    settings: Extract<AdapterSettings, { type: T }>,
    options: AdaptOptions,
  ) => Adaptation;
} = { lora: adaptByLora, full: adaptFully };

/**
 * Makes a model trainable in the way of `adapter`. The model itself changes: from now on it computes with the
 * adapters, also when it generates, until the result is disposed of.
 */
export function adapt(model: LanguageModel, settings: AdapterSettings, options: AdaptOptions): AdaptedModel {
  const make = REGISTRY[settings.type] as (
    model: LanguageModel,
    settings: AdapterSettings,
    options: AdaptOptions,
  ) => Adaptation;
  const adaptation = make(model, settings, options);
  const parameters = new TrainableParameters(adaptation.slots);
  const isLayer = ({ name }: Slot) => model.layers.some(({ path }) => name.startsWith(`${path}.`));
  return {
    parameters,
    embed: (tokens, { offset }) => model.embed(tokens, offset),
    context: (layout) => raggedContext(layout, model.attention),
    layers: model.layers.map((layer) => ({
      parameters: parameters.under(`${layer.path}.`),
      forward: (states, context) => layer.forward(states, context),
    })),
    head: {
      logits: (states) => model.head(states),
      vocabularySize: model.config.vocabularySize,
      // The final norm and the output projection, which may be the embedding.
      parameters: new TrainableParameters(adaptation.slots.filter((slot) => !isLayer(slot))),
    },
    adapter: adaptation.adapter,
    setDropout: (value) => adaptation.setDropout(value),
    asLoaded: adaptation.asLoaded,
    [Symbol.dispose]: () => adaptation[Symbol.dispose](),
  };
}
