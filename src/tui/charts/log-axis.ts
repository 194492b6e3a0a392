import { indexOfStep } from "./dots.ts";
import type { Point } from "./smoothing.ts";

/** Of the finite values of some series in a window of steps: how many a logarithmic axis shows, and how many it has no place for. */
export function leftOut(
  series: readonly { points: readonly Point[] }[],
  [first, last]: readonly [first: number, last: number],
): { shown: number; without: number } {
  const count = { shown: 0, without: 0 };
  for (const { points } of series) {
    const until = indexOfStep(points, last + 1);
    for (let i = indexOfStep(points, first); i < until; i++) {
      const value = points[i]?.value;
      if (value != null && Number.isFinite(value)) count[value > 0 ? "shown" : "without"]++;
    }
  }
  return count;
}

/**
 * What a chart says of its logarithmic axis, the fullest first: `log`, or `log, 23 ≤ 0 left out` and `log, 23 out`, or
 * why it has none.
 */
export function logWords(...of: Parameters<typeof leftOut>): [whole: string, short: string, least: string] {
  const { shown, without } = leftOut(...of);
  if (shown === 0 && without > 0) return ["no log: all ≤ 0", "no log", "no log"];
  return without > 0 ? [`log, ${without} ≤ 0 left out`, `log, ${without} out`, "log"] : ["log", "log", "log"];
}
