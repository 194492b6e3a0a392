import type { Point } from "./smoothing.ts";

/**
 * The values of a series at each of `count` columns of dots over the steps from `first` to `last`; NaN where there
 * is none. Where there are more points than dots, every two columns hold the least and the most of the points that
 * fall on them, in their order, so that no spike is lost. Points are ascending and finite.
 */
export function dotValues(
  points: readonly (Point & { value: number })[],
  first: number,
  last: number,
  count: number,
): Float64Array {
  const values = new Float64Array(count).fill(Number.NaN);
  const from = indexOfStep(points, first);
  const until = indexOfStep(points, last + 1);
  const perStep = last > first ? (count - 1) / (last - first) : 0;
  if (until - from <= count / 2) {
    for (let i = from; i < until; i++) {
      const { step, value } = points[i] as Point & { value: number };
      values[Math.round((step - first) * perStep)] = value;
    }
    return values;
  }
  for (let i = from; i < until; ) {
    const column = columnOf((points[i] as Point).step);
    let [least, most] = [i, i];
    for (; i < until && columnOf((points[i] as Point).step) === column; i++) {
      if (valueAt(i) < valueAt(least)) least = i;
      if (valueAt(i) > valueAt(most)) most = i;
    }
    values[column] = valueAt(Math.min(least, most));
    if (column + 1 < count) values[column + 1] = valueAt(Math.max(least, most));
  }
  return values;

  function columnOf(step: number): number {
    return Math.floor(((step - first) * perStep) / 2) * 2;
  }
  function valueAt(index: number): number {
    return (points[index] as Point & { value: number }).value;
  }
}

/** Index of the first point at or after a step. */
export function indexOfStep(points: readonly { step: number }[], step: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.step ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
