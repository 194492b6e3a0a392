import { device as devices, initialise, memory } from "../mlx/index.ts";
import type { LanguageModel } from "./language-model.ts";
import { createModel } from "./registry.ts";
import type { ResolvedModel } from "./resolve.ts";
import { StoredModel } from "./stored-model.ts";
import { WeightReader } from "./weight-reader.ts";

export interface LoadOptions {
  /** Expand packed and half-precision weights to float32 on GPU backends too: what full fine-tuning needs. */
  float32?: boolean;
  /** `auto` takes the GPU where MLX has one. */
  device?: "auto" | "cpu" | "gpu";
  /** Pack matrices that are stored whole in so many bits, in groups of 64, as `quantizeModel` does. */
  quantize?: "none" | 4 | 8;
}

/**
 * Loads a model's weights. On GPU backends packed weights stay packed, and on the CPU where the shim has a kernel
 * for them; others are expanded to float32 once, since MLX's packed product there is single-threaded and slow.
 * Throws ModelLoadError for files that are damaged or do not fit, EngineError when memory runs out.
 */
export async function loadModel(
  model: ResolvedModel,
  { device = "auto", float32 = false, quantize = "none" }: LoadOptions = {},
): Promise<LanguageModel> {
  await initialise();
  const gpu = device !== "cpu" && devices.backend() !== "cpu";
  if (device === "gpu" || gpu) devices.setDefault("gpu");
  else devices.setDefault("cpu");
  using stored = StoredModel.open(model);
  const { path, tensors, packing } = stored;
  const reader = new WeightReader(tensors, {
    path,
    float32: !gpu || float32,
    keepPacked: (packed) => !float32 && (gpu || devices.multipliesPacked(packed)),
    packing,
    pack: quantize === "none" ? null : { bits: quantize, groupSize: 64 },
  });
  try {
    const loaded = createModel(stored.config, reader);
    reader.finish();
    return loaded;
  } catch (error) {
    reader.abandon();
    throw error;
  } finally {
    memory.clearCache();
  }
}
