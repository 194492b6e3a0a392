import type { AdapterConfig } from "../nn/adapter-file.ts";
import type { TrainedModel } from "./step.ts";

/** A model whose trained weights can be saved as an adapter. */
export interface AdaptedModel extends TrainedModel {
  /** What adapter_config.json says of the weights. */
  adapter: AdapterConfig;
  /** Dropout of the adapters' inputs, drawn from this seed; null turns it off. */
  setDropout(seed: number | null): void;
}
