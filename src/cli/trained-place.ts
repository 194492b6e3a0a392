import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError, RunError } from "../errors/index.ts";
import { bestCheckpoint } from "../runs/best-checkpoint.ts";
import { FINAL, finalDirectory } from "../runs/checkpoint.ts";
import type { RunDatabase } from "../runs/database.ts";
import { checkpoints } from "../runs/queries/steps.ts";
import type { CheckpointRecord } from "../runs/records.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import { runPath } from "./run-place.ts";

/** The run that a source names, by its name, its directory or a checkpoint's; null when it names none. */
export function trainedPlace(source: string): { run: string; checkpoint?: string } | null {
  for (const run of [runPath(source), source]) if (existsSync(join(run, "run.sqlite"))) return { run };
  const run = dirname(dirname(resolve(source)));
  const checkpoint = basename(source);
  return /^checkpoint-(?:\d+|final)$/.test(checkpoint) && existsSync(join(run, "run.sqlite"))
    ? { run, checkpoint }
    : null;
}

export function checkpointOf(run: RunDirectory, wanted: string | undefined): CheckpointRecord {
  using database = run.openDatabase({ readonly: true });
  const all = checkpoints(database);
  const step =
    wanted === undefined
      ? all[0]?.step
      : wanted === "best"
        ? bestStep(run, database)
        : checkpointStep(checkpointName(wanted), run);
  const record = all.find((one) => one.step === step);
  if (record) return record;
  if (all.length === 0) {
    throw new RunError(`run ${run.name} has no checkpoint yet`, {
      mend: "Let it finish a step, or name its model.",
    });
  }
  throw new RunError(
    `run ${run.name} has no ${wanted}; it has ${all.map(({ directory }) => directory).join(", ")}`,
    { mend: "Name one of these." },
  );
}

/** Raises RunError where the run keeps no best checkpoint. */
function bestStep(run: RunDirectory, database: RunDatabase): number {
  const best = bestCheckpoint(database);
  if (best) return best.step;
  throw new RunError(`run ${run.name} has no best checkpoint yet`, {
    mend: "A run keeps one when checkpoints.best.metric names a figure and a step was measured. Or name checkpoint-N.",
  });
}

/** `checkpoint-20` or `20` -> 20; `checkpoint-final` -> final; the flag alone -> true, the newest. */
export function checkpointName(value: string | boolean | undefined): number | "final" | true {
  if (typeof value !== "string") return true;
  if (value === FINAL) return "final";
  const step = /^(?:checkpoint-)?(\d+)$/.exec(value)?.[1];
  if (step === undefined) {
    throw new ConfigError(`A checkpoint is named checkpoint-N, N or checkpoint-final, not "${value}".`, {
      mend: "The run itself is named before it: azr-tui train <run> --resume.",
    });
  }
  return Number(step);
}

/** The step of a checkpoint's name in a run; true where the newest is meant. */
export function checkpointStep(name: number | "final" | true, run: RunDirectory): number | true {
  return name === "final" ? finalStep(run) : name;
}

/** Raises RunError where the run is not finished. */
function finalStep(run: RunDirectory): number {
  const directory = finalDirectory(run.checkpointsPath);
  if (directory !== null) return Number(directory.slice("checkpoint-".length));
  throw new RunError(`run ${run.name} has no ${FINAL}: it has not come to its end`, {
    mend: "Go on with it by --resume alone, or name checkpoint-N.",
  });
}
