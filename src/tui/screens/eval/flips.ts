import { type Comparison, compare } from "../../../evaluation/comparison.ts";
import { comparedEvaluation } from "../../../evaluation/stored-evaluation.ts";
import { type EvaluationRecord, evaluationOutcomes, type RunDatabase } from "../../../runs/index.ts";

/** What became of a problem from one evaluation to another. */
export type Flip = "gained" | "lost" | "both" | "neither";

export interface FlippedProblem {
  id: string;
  flip: Flip;
  /** Samples that passed, of how many; null where the evaluation did not have the problem. */
  model: Outcome | null;
  baseline: Outcome | null;
}

interface Outcome {
  passed: number;
  samples: number;
}

export interface Flips {
  /** Null where the two have no problem in common. */
  comparison: Comparison | null;
  /** Gained and lost first, then what neither solved, then the others. */
  problems: readonly FlippedProblem[];
}

const ORDER: readonly Flip[] = ["gained", "lost", "neither", "both"];

/** An evaluation beside another of the same benchmark, problem by problem; beside none, only what was solved. */
export function flipsOf(
  database: RunDatabase,
  run: string,
  model: EvaluationRecord,
  baseline: EvaluationRecord | null,
): Flips {
  const outcomes = evaluationOutcomes(database, model.id);
  const others = baseline ? evaluationOutcomes(database, baseline.id) : [];
  const [own, other] = [outcomes, others].map((list) => new Map(list.map((one) => [one.id, one])));
  const problems = [...new Set([...outcomes, ...others].map(({ id }) => id))].map((id): FlippedProblem => {
    const [now, before] = [own?.get(id) ?? null, other?.get(id) ?? null];
    return { id, flip: flipOf(now, baseline ? before : now), model: now, baseline: before };
  });
  const paired = baseline && outcomes.some(({ id }) => other?.has(id));
  return {
    comparison: paired
      ? compare(
          comparedEvaluation(run, model, outcomes),
          comparedEvaluation(run, baseline, others),
          kOf(model),
        )
      : null,
    problems: problems.toSorted((a, b) => ORDER.indexOf(a.flip) - ORDER.indexOf(b.flip)),
  };
}

/** Solved means that a sample passed. */
function flipOf(now: Outcome | null, before: Outcome | null): Flip {
  const [solves, solved] = [now, before].map((one) => (one?.passed ?? 0) > 0);
  if (solves) return solved ? "both" : "gained";
  return solved ? "lost" : "neither";
}

function kOf({ scores }: EvaluationRecord): number[] {
  return Object.keys(scores).flatMap((name) => {
    const k = /^pass@(\d+)$/.exec(name)?.[1];
    return k === undefined ? [] : [Number(k)];
  });
}
