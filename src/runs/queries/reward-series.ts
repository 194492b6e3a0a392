import { TASK_TYPES } from "../../interfaces/role.ts";
import type { RunDatabase } from "../database.ts";
import { type MetricPoint, metricSeries } from "./metrics.ts";

/**
 * How a run fares in one curve: the solver's mean reward over the task types by step, or the loss of a run on given
 * texts; the last `limit` steps, ascending. Read along the primary key: cheap for a list of many runs.
 */
export function rewardSeries(database: RunDatabase, limit: number): MetricPoint[] {
  const curves = TASK_TYPES.map((type) => metricSeries(database, `solve/${type}/reward`, limit));
  const played = curves.filter((curve) => curve.length > 0);
  if (played.length === 0) return metricSeries(database, "update/loss", limit);
  const byStep = Map.groupBy(played.flat(), ({ step }) => step);
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .slice(-limit)
    .map(([step, points]) => ({ step, value: mean(points.map(({ value }) => value)) }));
}

/** Of the values that are numbers; null where there is none. */
function mean(values: readonly (number | null)[]): number | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === 0 ? null : numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
}
