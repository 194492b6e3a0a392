import type { Config } from "../config/schema.ts";
import { evaluates } from "../config/sections/evaluation.ts";
import { ConfigError } from "../errors/index.ts";
import { metricEntry } from "./metric-names.ts";

/** A figure that no step will have would silently keep no best checkpoint. Raises ConfigError. */
export function checkBestFigure({ checkpoints, evaluation }: Config): void {
  const { metric } = checkpoints.best;
  if (metric === "") return;
  if (metricEntry(metric) === null) {
    throw new ConfigError(`checkpoints.best.metric names "${metric}", which is no figure of a run.`, {
      mend: "Name one as the Metrics screen and docs/reference/metrics.md do, such as evaluation/humaneval/pass@1.",
    });
  }
  if (!metric.startsWith("evaluation/")) return;
  const { benchmarks } = evaluation;
  if (evaluates(evaluation) && benchmarks.some((name) => metric.startsWith(`evaluation/${name}/`))) return;
  throw new ConfigError(`checkpoints.best.metric is ${metric}, and the run does not evaluate that.`, {
    mend: "Set evaluation.every, and name the benchmark in evaluation.benchmarks.",
  });
}
