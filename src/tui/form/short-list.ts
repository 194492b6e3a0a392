import type { FormRow } from "./form-state.ts";

/** The settings that most runs differ in; the form opens on them. */
export const SHORT_LIST: ReadonlySet<string> = new Set([
  "name",
  "preset",
  "seed",
  "steps",
  "model.source",
  "model.quantize",
  "adapter.type",
  "adapter.rank",
  "selfplay.tasks",
  "selfplay.proposals",
  "selfplay.tasks_per_step",
  "selfplay.propose.temperature",
  "selfplay.solve.temperature",
  "training.algorithm.type",
  "training.algorithm.data",
  "training.algorithm.batch_size",
  "training.optimizer.learning_rate",
  "evaluation.every",
  "evaluation.benchmarks",
  "checkpoints.every",
]);

/** Which rows are shown while nothing is searched. */
export type Shown = "short" | "all" | "changed";

/** Whether a row is among those; what was changed or is wrong never hides in the short list. */
export function isShown(row: FormRow, shown: Shown, wrong: boolean): boolean {
  if (shown === "changed") return row.from === "changed";
  return shown === "all" || SHORT_LIST.has(row.path) || row.from === "changed" || wrong;
}
