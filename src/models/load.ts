import { join } from "node:path";
import { device as devices, initialise, loadGguf, type MxArray, memory } from "../mlx/index.ts";
import { loadDirectoryTensors } from "./directory-weights.ts";
import { fromGgufNames, ggufConfig } from "./gguf-weights.ts";
import { directoryConfig, readConfigFile } from "./hugging-face-config.ts";
import type { LanguageModel } from "./language-model.ts";
import { packingFor, parseQuantization } from "./quantization.ts";
import { createModel } from "./registry.ts";
import type { ResolvedModel } from "./resolve.ts";
import { WeightReader } from "./weight-reader.ts";

export interface LoadOptions {
  /** Expand packed and half-precision weights to float32 on GPU backends too: what full fine-tuning needs. */
  float32?: boolean;
  /** `auto` takes the GPU where MLX has one. */
  device?: "auto" | "cpu" | "gpu";
}

/**
 * Loads a model's weights. On GPU backends packed weights stay packed, and on the CPU where the shim has a kernel
 * for them; others are expanded to float32 once, since MLX's packed product there is single-threaded and slow. Throws ModelLoadError for files that are
 * damaged or do not fit, EngineError when memory runs out.
 */
export async function loadModel(
  model: ResolvedModel,
  { device = "auto", float32 = false }: LoadOptions = {},
): Promise<LanguageModel> {
  await initialise();
  const gpu = device !== "cpu" && devices.backend() !== "cpu";
  if (device === "gpu" || gpu) devices.setDefault("gpu");
  else devices.setDefault("cpu");
  const { tensors, config, packing } =
    model.format === "gguf" ? readGguf(model.path) : readDirectory(model.path);
  const reader = new WeightReader(tensors, {
    path: model.path,
    float32: !gpu || float32,
    keepPacked: (packed) => !float32 && (gpu || devices.multipliesPacked(packed)),
    packing,
  });
  try {
    const loaded = createModel(config, reader);
    reader.finish((name) => name.endsWith("rotary_emb.inv_freq") || name.startsWith("lm_head."));
    return loaded;
  } catch (error) {
    reader.abandon();
    throw error;
  } finally {
    memory.clearCache();
  }
}

function readGguf(path: string) {
  const { tensors, metadata } = loadGguf(path);
  const config = ggufConfig(path, metadata, tensors.keys());
  return {
    config,
    tensors: fromGgufNames(tensors, config),
    packing: (_module: string, weight: MxArray, scales: MxArray) => ({
      groupSize: 32,
      bits: (weight.shape[1] as number) / (scales.shape[1] as number),
    }),
  };
}

function readDirectory(path: string) {
  const configPath = join(path, "config.json");
  const json = readConfigFile(path);
  const quantization = parseQuantization(json, configPath);
  return {
    config: directoryConfig(json, configPath),
    packing: (module: string) => quantization && packingFor(quantization, module),
    tensors: loadDirectoryTensors(path),
  };
}
