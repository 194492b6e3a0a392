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

/** The quantile of few degrees of freedom; of more than the table has, its last, which is too wide. */
const quantile = (freedom: number): number => STUDENT[Math.min(freedom, STUDENT.length) - 1] ?? Number.NaN;

/** Half the width of Student's 95% interval of a mean; null of a single value. */
export function halfWidthOfMean(values: readonly number[]): number | null {
  const freedom = values.length - 1;
  return freedom > 0 ? quantile(freedom) * Math.sqrt(squaresOf(values) / freedom / values.length) : null;
}

/**
 * Half the width of the 95% interval of a difference of means: Welch's where both groups have several values, and where one
 * is single Student's, as if it scattered as the others do. Null where both are.
 */
export function halfWidthOfDifference(one: readonly number[], other: readonly number[]): number | null {
  const groups = [one, other];
  const freedom = one.length + other.length - 2;
  if (freedom < 1) return null;
  if (groups.some((values) => values.length < 2)) {
    const squares = squaresOf(one) + squaresOf(other);
    return quantile(freedom) * Math.sqrt((squares / freedom) * (1 / one.length + 1 / other.length));
  }
  const parts = groups.map((values) => squaresOf(values) / (values.length - 1) / values.length);
  const variance = parts.reduce((sum, part) => sum + part, 0);
  if (variance === 0) return 0;
  const shares = parts.reduce((sum, part, i) => sum + part ** 2 / ((groups[i]?.length ?? 0) - 1), 0);
  return quantile(Math.floor(variance ** 2 / shares + 1e-9)) * Math.sqrt(variance);
}

function squaresOf(values: readonly number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}

/** An interval made wider by another source of chance, independent of its own: half widths add in squares. */
export function widened({ value, low, high }: Score, half: number): Score {
  return { value, low: value - Math.hypot(value - low, half), high: value + Math.hypot(high - value, half) };
}
