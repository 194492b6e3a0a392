import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Config } from "../config/schema.ts";
import { ConfigError, ModelLoadError } from "../errors/index.ts";
import { RunDirectory } from "../runs/run-directory.ts";
import { checkpointOf, trainedPlace } from "./trained-place.ts";

/** Trained weights that a run starts from. */
export interface WarmStart {
  /** The settings that the weights were trained with, `init` naming where they are. */
  adapter: Config["adapter"];
  /** The model that they were trained on, where that is known. */
  model: string | null;
  quantize: Config["model"]["quantize"];
}

/** Finds what `--adapter` names: a run, one of its checkpoints, or a directory of mlx-lm's layout. Raises RunError or ConfigError. */
export async function warmStart(source: string): Promise<WarmStart> {
  const place = trainedPlace(source);
  if (place) {
    const run = RunDirectory.open(place.run);
    const checkpoint = checkpointOf(run, place.checkpoint);
    const { adapter, model } = run.config();
    return {
      adapter: { ...adapter, init: join(run.checkpointsPath, checkpoint.directory) },
      model: model.source,
      quantize: model.quantize,
    };
  }
  const path = join(source, "adapter_config.json");
  if (!existsSync(path))
    throw new ConfigError(`"${source}" is neither a run nor a directory with adapter_config.json.`, {
      mend: "Name a run, a checkpoint's directory, or one that mlx-lm or `azr-tui train` wrote.",
    });
  return { adapter: settings(path, resolve(source)), model: null, quantize: "none" };
}

function settings(path: string, init: string): Config["adapter"] {
  const { fine_tune_type, num_layers, lora_parameters } = parse(path);
  if (fine_tune_type === "full") return { type: "full", init };
  const { rank, scale, dropout = 0, keys } = lora_parameters ?? {};
  if (fine_tune_type !== "lora" || typeof rank !== "number" || typeof scale !== "number")
    throw new ModelLoadError(`${path} does not describe a LoRA adapter or full weights`, {
      mend: "Expected fine_tune_type lora or full, and lora_parameters with rank and scale.",
    });
  const targets = [...new Set((keys ?? []).map((key) => key.split(".").at(-1)))];
  return {
    type: "lora",
    rank,
    alpha: scale * rank,
    dropout,
    layers: num_layers ?? -1,
    ...(targets.length > 0 ? { targets } : {}),
    init,
  } as Config["adapter"];
}

interface AdapterFile {
  fine_tune_type?: string;
  num_layers?: number;
  lora_parameters?: { rank?: number; scale?: number; dropout?: number; keys?: string[] };
}

function parse(path: string): AdapterFile {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as AdapterFile;
  } catch (cause) {
    throw new ModelLoadError(`${path} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
