import type { Config } from "../../config/schema.ts";

export type Combination = Config["rewards"]["combine"];

/**
 * What the terms add to a learnability L above 0, by name. Of `sum`, each term is what it pays. The official
 * code's other ways make one figure of all of them, stored as `intrinsic`: L x product (`multiply`),
 * L + product (`sum-multiply`), L x sum (`multiply-sum`), each less L.
 */
export function combine(
  base: number,
  terms: Readonly<Record<string, number>>,
  how: Combination,
): Record<string, number> {
  if (how === "sum") return { ...terms };
  const values = Object.values(terms);
  if (values.length === 0) return {};
  if (how === "multiply-sum")
    return { intrinsic: base * values.reduce((sum, value) => sum + value, 0) - base };
  const product = values.reduce((all, value) => all * value, 1);
  return { intrinsic: how === "multiply" ? base * product - base : product };
}
