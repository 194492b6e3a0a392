/** Added to a deviation that is divided by: keeps the quotient finite where rewards differ by next to nothing (the official code's value). */
export const EPSILON = 1e-8;

export interface Standardised {
  mean: number;
  /** Bessel-corrected: divided by n - 1. 0 when all values are equal. */
  deviation: number;
  /** (value - mean) / (deviation + 1e-8); undefined when all values are equal, or there is only one. */
  values: number[] | undefined;
}

/** Shifts values to mean 0 and scales them to standard deviation 1. At least one value, all finite. */
export function standardise(values: readonly number[]): Standardised {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  // Compared exactly: rounding in the mean would give equal values a tiny deviation and advantages of noise.
  if (values.every((value) => value === values[0])) return { mean, deviation: 0, values: undefined };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  return { mean, deviation, values: values.map((value) => (value - mean) / (deviation + EPSILON)) };
}
