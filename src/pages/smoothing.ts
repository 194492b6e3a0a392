/** A figure at a step; null where it was not a finite number. */
export interface Point {
  step: number;
  value: number | null;
}

/** Share of the past in each smoothed value. */
const WEIGHT = 0.8;

/**
 * Exponential moving average from the first value on, its bias towards zero taken out (Adam's correction,
 * arXiv 1412.6980, section 3). A gap stays a gap and leaves the average as it was.
 */
export function smoothed(points: readonly Point[]): Point[] {
  let [average, weight] = [0, 0];
  return points.map(({ step, value }) => {
    if (value === null || !Number.isFinite(value)) return { step, value: null };
    average = WEIGHT * average + (1 - WEIGHT) * value;
    weight = WEIGHT * weight + (1 - WEIGHT);
    return { step, value: average / weight };
  });
}

/**
 * At most about `limit` points with the same outline: of each stretch of steps the lowest and the highest, in order.
 * A stretch that holds nothing but gaps stays one.
 */
export function thinned(points: readonly Point[], limit: number): Point[] {
  if (points.length <= limit) return [...points];
  const size = Math.ceil((2 * points.length) / limit);
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    const present = stretch.filter((point) => point.value !== null);
    if (present.length === 0) {
      kept.push(stretch[0] as Point);
      continue;
    }
    const value = (point: Point) => point.value as number;
    const low = present.reduce((best, point) => (value(point) < value(best) ? point : best));
    const high = present.reduce((best, point) => (value(point) > value(best) ? point : best));
    kept.push(...[...new Set([low, high])].sort((a, b) => a.step - b.step));
  }
  return kept;
}
