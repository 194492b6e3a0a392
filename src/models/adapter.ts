import { ModelLoadError } from "../errors/index.ts";
import { dispose, type MxArray } from "../mlx/index.ts";
import { loadAdapter } from "../nn/adapter-file.ts";
import { LoRALinear } from "../nn/lora.ts";
import type { Projection } from "../nn/projection.ts";
import type { LanguageModel } from "./language-model.ts";

/**
 * Puts a LoRA adapter's file (training's or mlx-lm's) beside a model's projections, for generation; disposing of the
 * result takes it off. Throws ModelLoadError where adapter and model do not belong together.
 */
export function applyAdapter(model: LanguageModel, directory: string): Disposable {
  const { config, parameters } = loadAdapter(directory);
  const applied: { place: Record<string, Projection>; key: string; adapter: LoRALinear }[] = [];
  const takeOff = () => {
    for (const { place, key, adapter } of applied) {
      place[key] = adapter.base;
      adapter[Symbol.dispose]();
    }
    applied.length = 0;
    dispose(parameters);
  };
  try {
    if (config.fine_tune_type === "full") {
      throw new ModelLoadError(`${directory} holds whole weights, not an adapter.`, {
        mend: "Make a model of it: azr-tui models fuse.",
      });
    }
    for (const [name, part] of model.parts) {
      for (const { projections } of model.layers) {
        for (const [key, base] of Object.entries(projections)) {
          if (base !== part || !parameters.has(`${name}.lora_a`)) continue;
          const [a, b] = [parameters.get(`${name}.lora_a`), parameters.get(`${name}.lora_b`)];
          const rank = a?.shape[1] ?? 0;
          const options = { rank, scale: config.lora_parameters.scale, dropout: 0 };
          const adapter = new LoRALinear(base, options, 0);
          applied.push({ place: projections, key, adapter });
          projections[key] = adapter;
          adapter.loraA = exchanged(adapter.loraA, a, `${directory}: ${name}.lora_a`);
          parameters.delete(`${name}.lora_a`);
          adapter.loraB = exchanged(adapter.loraB, b, `${directory}: ${name}.lora_b`);
          parameters.delete(`${name}.lora_b`);
        }
      }
    }
    const [unused] = parameters.keys();
    if (unused !== undefined) {
      throw new ModelLoadError(
        `${directory}: the model has no place for ${unused} (${parameters.size} in all).`,
        {
          mend: "Name the model that the adapter was trained on.",
        },
      );
    }
    return { [Symbol.dispose]: takeOff };
  } catch (error) {
    takeOff();
    throw error;
  }
}

/** The array from the file, in place of one of its shape, which is freed. */
function exchanged(old: MxArray, read: MxArray | undefined, name: string): MxArray {
  if (!read || String(read.shape) !== String(old.shape)) {
    throw new ModelLoadError(`${name} has shape [${read?.shape ?? "none"}], and [${old.shape}] fits.`, {
      mend: "Name the model that the adapter was trained on.",
    });
  }
  old.dispose();
  return read;
}
