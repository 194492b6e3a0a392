import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import { loadSafetensors, type MxArray, saveSafetensors } from "../mlx/index.ts";

/** adapter_config.json as mlx-lm writes and reads it. `full` holds whole weights instead of adapters. */
export interface AdapterConfig {
  fine_tune_type: "lora" | "full";
  /** The last N layers are adapted. */
  num_layers: number;
  lora_parameters: {
    rank: number;
    /** alpha / rank. */
    scale: number;
    dropout: number;
    /** Modules of a layer that are adapted, such as `self_attn.q_proj`. */
    keys: string[];
  };
}

const WEIGHTS = "adapters.safetensors";
const CONFIG = "adapter_config.json";

/**
 * Writes an adapter in mlx-lm's format: `mlx_lm.generate --adapter-path` takes the directory as it is.
 * Arrays are named by their parameter, such as `model.layers.3.self_attn.q_proj.lora_a`.
 */
export function saveAdapter(
  directory: string,
  config: AdapterConfig,
  parameters: Readonly<Record<string, MxArray>>,
): void {
  saveSafetensors(join(directory, WEIGHTS), parameters, { format: "mlx" });
  writeFileSync(join(directory, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

/** Reads what `saveAdapter` or mlx-lm wrote. The arrays are the caller's. Raises ModelLoadError. */
export function loadAdapter(directory: string): { config: AdapterConfig; parameters: Map<string, MxArray> } {
  for (const file of [WEIGHTS, CONFIG])
    if (!existsSync(join(directory, file)))
      throw new ModelLoadError(`${join(directory, file)} is missing`, {
        mend: "Name a directory that holds adapters.safetensors and adapter_config.json.",
      });
  const config = readConfig(join(directory, CONFIG));
  return { config, parameters: loadSafetensors(join(directory, WEIGHTS)).tensors };
}

function readConfig(path: string): AdapterConfig {
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new ModelLoadError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
  if (!isAdapterConfig(config))
    throw new ModelLoadError(`${path} does not describe a LoRA adapter or full weights`, {
      mend: "Expected fine_tune_type lora or full, num_layers, and lora_parameters with rank and scale.",
    });
  return config;
}

function isAdapterConfig(value: unknown): value is AdapterConfig {
  if (typeof value !== "object" || value === null) return false;
  // mlx-lm takes an adapter that does not say its type for LoRA.
  const { fine_tune_type = "lora", num_layers, lora_parameters } = value as Partial<AdapterConfig>;
  if (typeof num_layers !== "number") return false;
  if (fine_tune_type === "full") return true;
  return (
    fine_tune_type === "lora" &&
    typeof lora_parameters?.rank === "number" &&
    typeof lora_parameters.scale === "number"
  );
}
