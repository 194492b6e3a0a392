import type { EvaluationResult, ProblemOutcome } from "../../src/evaluation/result.ts";

/** The results of several seeds as one: each problem with all its samples. */
export function pooled(results: readonly EvaluationResult[]): EvaluationResult {
  const [first] = results;
  if (!first) throw new RangeError("no results");
  const all = new Map<string, ProblemOutcome>();
  for (const outcome of results.flatMap(({ outcomes }) => outcomes)) {
    const { samples = 0, passed = 0 } = all.get(outcome.id) ?? {};
    all.set(outcome.id, { ...outcome, samples: samples + outcome.samples, passed: passed + outcome.passed });
  }
  return { ...first, outcomes: [...all.values()] };
}

/**
 * Of each group of problems the result that is best on it: what a model can be had to do by choosing its temperature for
 * each type, which is the most that mere sharpening of it can give.
 */
export function bestByGroup(results: readonly EvaluationResult[]): EvaluationResult {
  const [first] = results;
  if (!first) throw new RangeError("no results");
  const groups = [...new Set(first.outcomes.map(({ group }) => group))];
  const outcomes = groups.flatMap((group) => {
    const parts = results.map((result) => result.outcomes.filter((outcome) => outcome.group === group));
    return parts.reduce((best, part) => (accuracy(part) > accuracy(best) ? part : best));
  });
  return { ...first, outcomes };
}

/** Mean share of right samples over the problems. */
export function accuracy(outcomes: readonly ProblemOutcome[]): number {
  return outcomes.reduce((sum, { samples, passed }) => sum + passed / samples, 0) / outcomes.length;
}
