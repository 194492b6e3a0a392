import { TASK_TYPES } from "../../src/config/task-type.ts";
import { markdownTable } from "../../src/pages/markdown-table.ts";
import { mean } from "../parts/mean.ts";
import { byVariant } from "./by-variant.ts";
import type { Played } from "./results.ts";
import { WATCHED } from "./variants.ts";

/** Steps that a figure is the mean of; the demo makes some sixty in its first five minutes. */
const STEPS = 10;

/** Steps that are told of. */
const FIRST = 100;

/** The reward of answers to own tasks in a run's first steps, ten at a time. */
export function answerRewards(runs: readonly Played[]): string {
  const lines = byVariant(runs).flatMap(([{ name, kind }, own]) =>
    WATCHED.includes(kind)
      ? TASK_TYPES.flatMap((type) =>
          own.flatMap(({ seed, curves }) => {
            const values = (curves[`solve/${type}/reward`] ?? []).slice(0, FIRST).map(([, value]) => value);
            const tens = Array.from({ length: Math.ceil(values.length / STEPS) }, (_, i) =>
              mean(values.slice(i * STEPS, (i + 1) * STEPS)).toFixed(2),
            );
            return tens.length > 0 ? [[name, type, String(seed), ...tens]] : [];
          }),
        )
      : [],
  );
  if (lines.length === 0) return "";
  const longest = Math.max(...lines.map((line) => line.length - 3));
  const steps = Array.from({ length: longest }, (_, i) => `to ${(i + 1) * STEPS}`);
  return markdownTable(["variant", "type", "seed", ...steps], lines);
}
