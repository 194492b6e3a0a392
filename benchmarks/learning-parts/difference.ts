import { bootstrapMean, type Score } from "../../src/evaluation/pass-at-k.ts";
import { stream } from "../../src/random/stream.ts";

const RESAMPLES = 2000;

/** Mean difference of pairs with its 95% interval: the bootstrap over pairs. */
export function pairedDifference(after: readonly number[], before: readonly number[]): Score {
  const differences = after.map((value, i) => value - (before[i] ?? 0));
  return bootstrapMean(differences, "paired", 1);
}

/** Difference of the means of two samples that are not paired, with its 95% interval: the bootstrap of each. */
export function differenceOfMeans(after: readonly number[], before: readonly number[]): Score {
  const random = stream(0, "difference", after.length, before.length);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const [one, other] = [after, before].map((values) => mean(values.map(() => random.pick(values))));
    return (one as number) - (other as number);
  }).sort((a, b) => a - b);
  const quantile = (q: number) => resampled[Math.round(q * (RESAMPLES - 1))] as number;
  return { value: mean(after) - mean(before), low: quantile(0.025), high: quantile(0.975) };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `12.5` of 0.125. */
export function percent(value: number): string {
  return (100 * value).toFixed(1);
}

/** `+2.5 (-1.0 to +6.0)`, in points. */
export function points({ value, low, high }: Score): string {
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  return `${value < 0 ? "" : "+"}${percent(value)}`;
}
