import { indexOfStep } from "./dots.ts";
import type { Series } from "./line-chart.ts";
import { type Point, smoothed } from "./smoothing.ts";

/** What the figures of a series are at a step and over the steps shown; null where there is none. */
export interface Readout {
  /** The value at the step, and the moving average there; without a step, the newest. */
  value: number | null;
  average: number | null;
  least: number | null;
  most: number | null;
  mean: number | null;
}

/** `step` null is the newest. A step without a value has that of the one before it. */
export function readoutOf(
  one: Series,
  { step, steps, smoothing }: { step: number | null; steps: readonly [number, number]; smoothing: number },
): Readout {
  const { points } = one;
  const shown = points
    .slice(indexOfStep(points, steps[0]), indexOfStep(points, steps[1] + 1))
    .flatMap(({ value }) => (value !== null && Number.isFinite(value) ? [value] : []));
  const at = { crosshair: step, last: steps[1] };
  return {
    value: valueIn(one, at),
    average: smoothing > 0 ? valueIn({ ...one, points: smoothed(points, smoothing) }, at) : null,
    least: shown.length > 0 ? shown.reduce((a, b) => Math.min(a, b)) : null,
    most: shown.length > 0 ? shown.reduce((a, b) => Math.max(a, b)) : null,
    mean: shown.length > 0 ? shown.reduce((sum, value) => sum + value / shown.length, 0) : null,
  };
}

/** A series' value at the crosshair, none where it had ended by then; without a crosshair the newest up to `last`. */
export function valueIn(
  { points, end }: Pick<Series, "points" | "end">,
  { crosshair, last = Number.MAX_SAFE_INTEGER }: { crosshair: number | null; last?: number | undefined },
): number | null {
  if (crosshair !== null && end !== undefined && crosshair > end) return null;
  return valueAt(points, crosshair ?? last);
}

/** The finite value at a step, or the last one before it. */
export function valueAt(points: readonly Point[], step: number): number | null {
  for (let i = indexOfStep(points, step + 1) - 1; i >= 0; i--) {
    const value = points[i]?.value;
    if (value != null && Number.isFinite(value)) return value;
  }
  return null;
}

/** A figure in few characters that do not jump about: `0.53`, `412`, `1.5e-5`; `-` for none. */
export function figure(value: number | null): string {
  if (value === null) return "-";
  const size = Math.abs(value);
  if (size === 0) return "0.00";
  if (size >= 1e6 || size < 0.005) return value.toExponential(1).replace("e+", "e");
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
