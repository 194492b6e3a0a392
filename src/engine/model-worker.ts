import { BatchGenerator } from "../generation/batch-generator.ts";
import { device, memory } from "../mlx/index.ts";
import { applyAdapter } from "../models/adapter.ts";
import { loadModel } from "../models/load.ts";
import { ownPromptStyle } from "../models/prompt-style.ts";
import { loadTokenizer } from "../tokenizer/load.ts";
import { createLearner } from "../training/learner.ts";
import type { ModelSettings } from "./model-messages.ts";
import { type Channel, type ServedModel, serveModel } from "./model-service.ts";

/** The model worker's thread: the only one that touches MLX. */
async function load({
  path,
  name,
  format,
  device: wanted,
  quantize,
  adapter,
  learner,
}: ModelSettings): Promise<ServedModel> {
  const model = await loadModel(
    { path, name, format },
    { device: wanted, quantize, float32: learner?.adapter.type === "full" },
  );
  const applied = adapter === undefined ? null : applyAdapter(model, adapter);
  const training = learner ? createLearner(model, learner) : null;
  return {
    info: {
      name,
      path,
      architecture: model.config.architecture,
      layers: model.config.layers,
      contextLength: model.config.contextLength,
      backend: device.backend(),
      promptStyle: ownPromptStyle(path),
      runtime: {
        MLX: device.mlxVersion(),
        computes: computation(),
      },
    },
    generator: new BatchGenerator(model, await loadTokenizer(path)),
    learner: training,
    memory: () => ({ active: memory.active(), peak: memory.peak(), cache: memory.cached() }),
    resetPeak: () => memory.resetPeak(),
    dispose: () => {
      training?.[Symbol.dispose]();
      applied?.[Symbol.dispose]();
      model[Symbol.dispose]();
    },
  };
}

/** Where operations run, and whose kernels they are. */
function computation(): string {
  if (device.getDefault() === "gpu") return `on the GPU${device.compiles() ? ", fused" : ""}`;
  const products = device.raggedKernel() ? ", products by OpenBLAS" : "";
  return `on the CPU${device.nativeKernels() ? ", kernels of azr-tui" : ""}${products}`;
}

serveModel(globalThis as unknown as Channel, load);
