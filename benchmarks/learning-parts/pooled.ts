import { passAtK } from "../../src/evaluation/pass-at-k.ts";
import type { Answers } from "./results.ts";

/** Each problem's pass@k, in the set's order. */
export function scoresOf({ samples, right }: Answers, k: number): number[] {
  return right.map((passed) => passAtK({ samples, passed }, k));
}

/** Each problem's mean over several models: over the seeds of a variant, say. */
export function pooled(scores: readonly (readonly number[])[]): number[] {
  return (scores[0] ?? []).map(
    (_, i) => scores.reduce((sum, own) => sum + (own[i] as number), 0) / scores.length,
  );
}

/**
 * Of each group of problems the scores of the way that is best on it: what a model can be had to do by choosing its
 * temperature for each type, which is the most that mere sharpening of it can give.
 */
export function bestByGroup(ways: readonly (readonly number[])[], groups: readonly string[]): number[] {
  const total = (scores: readonly number[], group: string) =>
    scores.reduce((sum, score, i) => sum + (groups[i] === group ? score : 0), 0);
  const best = new Map(
    [...new Set(groups)].map((group) => [
      group,
      ways.reduce((one, other) => (total(other, group) > total(one, group) ? other : one)),
    ]),
  );
  return groups.map((group, i) => best.get(group)?.[i] as number);
}
