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

/** Mean with Student's 95% interval, of 2 to 10 values; null of others. */
export function meanOfFew(values: readonly number[]): Score | null {
  const quantile = STUDENT[values.length - 2];
  if (quantile === undefined) return null;
  const value = mean(values);
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (values.length - 1);
  const half = quantile * Math.sqrt(variance / values.length);
  return { value, low: value - half, high: value + half };
}
