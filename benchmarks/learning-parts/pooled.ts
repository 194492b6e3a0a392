import { passAtK } from "../../src/evaluation/pass-at-k.ts";
import type { EvaluationResult, ProblemOutcome } from "../../src/evaluation/result.ts";

/** Mean pass@k over the problems. */
export function accuracy(outcomes: readonly ProblemOutcome[], k = 1): number {
  return outcomes.reduce((sum, one) => sum + score(one, k), 0) / outcomes.length;
}

/** Each problem's pass@k, the mean over several results: of several seeds, say. By the problem's id. */
export function byProblem(results: readonly EvaluationResult[], k: number): Map<string, number> {
  const all = Map.groupBy(
    results.flatMap(({ outcomes }) => outcomes),
    ({ id }) => id,
  );
  return new Map([...all].map(([id, own]) => [id, accuracy(own, k)]));
}

/**
 * Of each group of problems the result that is best on it, of those with k samples: what a model can be had to do by
 * choosing its temperature for each type, which is the most that mere sharpening of it can give.
 */
export function bestByGroup(results: readonly EvaluationResult[], k: number): EvaluationResult {
  const able = results.filter(({ outcomes }) => outcomes.every(({ samples }) => samples >= k));
  const [first] = able;
  if (!first) throw new RangeError(`no results with ${k} samples`);
  const groups = [...new Set(first.outcomes.map(({ group }) => group))];
  const outcomes = groups.flatMap((group) => {
    const parts = able.map((result) => result.outcomes.filter((outcome) => outcome.group === group));
    return parts.reduce((best, part) => (accuracy(part, k) > accuracy(best, k) ? part : best));
  });
  return { ...first, outcomes };
}

function score({ samples, passed }: ProblemOutcome, k: number): number {
  return passAtK({ samples, passed }, k);
}
