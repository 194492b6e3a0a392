/** Strengths of the moving average that the smoothing key goes through; 0 draws the figures as they are. */
export const SMOOTHINGS = [0, 0.6, 0.9, 0.97] as const;

/** A figure after a step; null, NaN and the infinities stand for none. */
export interface Point {
  step: number;
  value: number | null;
}

/**
 * Exponential moving average of weight `strength` in [0, 1), without the bias towards 0 that its start would have
 * (Kingma and Ba, 2015, section 3): the first value stays as it is. Points without a finite value are left out.
 */
export function smoothed(points: readonly Point[], strength: number): Point[] {
  let average = 0;
  let weight = 0;
  const result: Point[] = [];
  for (const { step, value } of points) {
    if (value === null || !Number.isFinite(value)) continue;
    average = strength * average + (1 - strength) * value;
    weight = strength * weight + (1 - strength);
    result.push({ step, value: average / weight });
  }
  return result;
}
