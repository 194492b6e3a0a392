import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { evaluates } from "../config/sections/evaluation.ts";
import { ConfigError } from "../errors/index.ts";
import { checkBestFigure } from "../runs/best-figure.ts";

/** Where adapters and full weights lie in the directory of `adapter.init`. */
const WEIGHTS = "adapters.safetensors";

/**
 * What a config's schema cannot tell, before anything is fetched or written: figures that no run has, and the files that
 * it names, whose rows are read. A run that goes on has its weights in its checkpoints: the directory that it began from
 * may be gone. Throws ConfigError.
 */
export async function checkConfig(config: Config, { goesOn = false } = {}): Promise<void> {
  checkBestFigure(config);
  const { adapter, evaluation, training } = config;
  if (!goesOn && adapter.init !== undefined && !existsSync(join(adapter.init, WEIGHTS))) {
    throw new ConfigError(`adapter.init: there is no ${join(adapter.init, WEIGHTS)}.`, {
      mend: `Name a directory that holds ${WEIGHTS}: a checkpoint of a run, or one that mlx-lm wrote.`,
    });
  }
  if (training.algorithm.type === "sft") {
    const { data, validation } = training.algorithm;
    const { readDataFile } = await import("../supervised/data-file.ts");
    for (const path of [data, validation]) if (path !== "") readDataFile(path);
  }
  if (evaluates(evaluation)) {
    const { readBenchmark } = await import("../evaluation/benchmarks/registry.ts");
    for (const name of evaluation.benchmarks) {
      const path = evaluation.data[name];
      if (path !== "") await readBenchmark(name, path);
    }
  }
}
