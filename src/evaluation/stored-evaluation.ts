import * as v from "valibot";
import type { EvaluationSample } from "../runs/queries/evaluations.ts";
import type { EvaluationRecord } from "../runs/records.ts";
import type { Compared } from "./comparison.ts";
import { StoredSettings, StoredSetup } from "./report.ts";
import type { EvaluationResult, ProblemOutcome } from "./result.ts";
import type { SampleRecord } from "./sample-record.ts";

/** A result as a run's database holds it: scores by name, with the ends of their intervals, and counts. */
export function evaluationRecord(
  { benchmark, scores, problems, samples, passed, partial, settings, setup, seconds }: EvaluationResult,
  { step, startedAt }: { step: number; startedAt: number },
): Omit<EvaluationRecord, "id"> {
  const flat = Object.entries(scores).flatMap(([name, { value, low, high }]) => [
    [name, value] as const,
    [`${name}/low`, low] as const,
    [`${name}/high`, high] as const,
  ]);
  return {
    step,
    benchmark,
    scores: { ...Object.fromEntries(flat), problems, samples, passed },
    settings: { ...settings, ...setup, ...(partial ? { partial } : {}), seconds },
    startedAt,
    finishedAt: Date.now(),
  };
}

export function evaluationSample(record: SampleRecord): EvaluationSample {
  const { task_id, sample, completion, passed, verdict, error } = record;
  return { problem: task_id, sample, completion, passed: passed === true, verdict, error };
}

/** A stored evaluation as what another is compared with. Settings that were not stored compare as unknown. */
export function comparedEvaluation(
  run: string,
  { benchmark, step, settings }: EvaluationRecord,
  outcomes: ProblemOutcome[],
): Compared {
  const parsed = v.safeParse(StoredSettings, settings);
  const setup = v.safeParse(StoredSetup, settings);
  return {
    benchmark,
    model: `${run} checkpoint-${step}`,
    settings: parsed.success ? parsed.output : null,
    ...(setup.success ? { setup: setup.output } : {}),
    outcomes,
  };
}
