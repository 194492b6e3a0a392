import { pairedDifference, type Score } from "../../src/evaluation/pass-at-k.ts";

/** NaN of none. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Mean difference of pairs, with the 95% interval of the bootstrap over them. */
export function meanDifference(after: readonly number[], before: readonly number[]): Score {
  return pairedDifference(
    after.map((value, i) => value - (before[i] ?? Number.NaN)),
    1,
  );
}

/** Quantile 0.975 of Student's t, by degrees of freedom from 1 on. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/**
 * Difference of the means of two groups of up to 10 values with Welch's 95% interval; null where neither has two. A
 * single value counts as known exactly.
 */
export function differenceOfFew(after: readonly number[], before: readonly number[]): Score | null {
  const parts = [after, before].map(spreadOfMean).filter(({ freedom }) => freedom > 0);
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const shares = parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  // All values alike: any number of degrees gives the same interval, which has no width.
  const freedom = shares > 0 ? Math.floor(variance ** 2 / shares) : 1;
  const quantile = STUDENT[Math.min(freedom, STUDENT.length) - 1];
  if (parts.length === 0 || quantile === undefined) return null;
  const value = mean(after) - mean(before);
  const half = quantile * Math.sqrt(variance);
  return { value, low: value - half, high: value + half };
}

/** Variance of the mean of some values. */
function spreadOfMean(values: readonly number[]): { variance: number; freedom: number } {
  const [center, freedom] = [mean(values), values.length - 1];
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  return { variance: freedom > 0 ? squares / freedom / values.length : 0, freedom };
}
