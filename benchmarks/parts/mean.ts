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

/** Half the width of Student's 95% interval of the mean of 2 to 10 values; null of a single one. */
export function halfWidthOfMean(values: readonly number[]): number | null {
  return halfWidth([values], 1 / values.length);
}

/**
 * Half the width of Student's 95% interval of the difference of the means of two groups that scatter alike, of 3 to 11
 * values together; null of fewer.
 */
export function halfWidthOfDifference(one: readonly number[], other: readonly number[]): number | null {
  return halfWidth([one, other], 1 / one.length + 1 / other.length);
}

function halfWidth(groups: readonly (readonly number[])[], perVariance: number): number | null {
  const freedom = groups.reduce((sum, values) => sum + values.length - 1, 0);
  const quantile = STUDENT[freedom - 1];
  if (quantile === undefined) return null;
  const squares = groups.reduce((sum, values) => sum + squaresOf(values), 0);
  return quantile * Math.sqrt((squares / freedom) * perVariance);
}

function squaresOf(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** An interval made wider by another source of chance, independent of its own: half widths add in squares. */
export function widened({ value, low, high }: Score, half: number): Score {
  return { value, low: value - Math.hypot(value - low, half), high: value + Math.hypot(high - value, half) };
}
