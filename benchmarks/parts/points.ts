import type { Score } from "../../src/evaluation/pass-at-k.ts";

/** `12.5` of 0.125. */
export function percent(value: number): string {
  return (100 * value).toFixed(1);
}

/** `+2.5 (-1.0 to +6.0)`: a difference of shares in points, with its interval. */
export function points({ value, low, high }: Score): string {
  return `${signed(value)} (${signed(low)} to ${signed(high)})`;
}

function signed(value: number): string {
  const text = percent(value);
  return Number(text) < 0 ? text : `+${text.replace("-", "")}`;
}
