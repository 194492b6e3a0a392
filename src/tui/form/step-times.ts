import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configChanges } from "../../config/change.ts";
import type { Config } from "../../config/schema.ts";
import { metricSeries, RunDatabase } from "../../runs/index.ts";
import type { CatalogEntry } from "../home/run-catalog.ts";

/** How long the steps of an earlier run took. */
export interface StepTime {
  name: string;
  config: Config;
  /** Median seconds of a step after the first, which warms everything up. */
  seconds: number;
}

/** Runs that are looked into, the newest. */
const MOST_RUNS = 30;
/** Settings that say nothing of how long a step takes. */
const IDLE = [
  "seed",
  "steps",
  "output_dir",
  "rewards",
  "training.optimizer",
  "evaluation",
  "checkpoints",
  "tracking",
  "signals",
  "selfplay.seed_tasks",
];

/** The earlier runs whose steps were timed; those that cannot be read are left out: the list of runs says why. */
export function stepTimes(entries: readonly CatalogEntry[]): StepTime[] {
  return entries.slice(0, MOST_RUNS).flatMap(({ name, path }) => {
    const [config, database] = [join(path, "config.json"), join(path, "run.sqlite")];
    if (!existsSync(config) || !existsSync(database)) return [];
    try {
      const seconds = medianSeconds(database);
      if (seconds === null) return [];
      return [{ name, seconds, config: JSON.parse(readFileSync(config, "utf8")) as Config }];
    } catch (error) {
      if (error instanceof Error) return [];
      throw error;
    }
  });
}

/** What is known of the time of a step before it is made. */
export type StepEstimate =
  | { kind: "same"; run: string; seconds: number }
  /** A run of the same model, whose work was another: its time is told, and not taken for this one's. */
  | { kind: "other"; run: string; seconds: number; differs: string[] }
  | { kind: "unknown" };

/** From the run of the same model whose settings differ the least in what a step has to do. */
export function estimateStep(config: Config, times: readonly StepTime[]): StepEstimate {
  const near = times
    .filter((time) => modelOf(time.config) === modelOf(config))
    .map((time) => ({ time, differs: differences(time.config, config) }))
    .sort((a, b) => a.differs.length - b.differs.length);
  const [best] = near;
  if (!best) return { kind: "unknown" };
  const { name: run, seconds } = best.time;
  return best.differs.length === 0
    ? { kind: "same", run, seconds }
    : { kind: "other", run, seconds, differs: best.differs };
}

function differences(before: Config, after: Config): string[] {
  return configChanges(before, after)
    .map(({ path }) => path)
    .filter((path) => path !== "model.source")
    .filter((path) => !IDLE.some((idle) => path === idle || path.startsWith(`${idle}.`)));
}

/** Without the commit that pins it. */
const modelOf = ({ model }: Config): string => model.source.replace(/@[0-9a-f]{40}$/, "");

function medianSeconds(path: string): number | null {
  using database = RunDatabase.open(path, { readonly: true });
  const series = metricSeries(database, "seconds/step", 200).filter(({ step }) => step > 1);
  const seconds = series.flatMap(({ value }) => (value === null ? [] : [value])).sort((a, b) => a - b);
  return seconds[Math.floor((seconds.length - 1) / 2)] ?? null;
}
