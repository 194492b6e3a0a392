import { ConfigError } from "../../../errors/index.ts";
import type { CheckpointScores, EvaluationReport } from "../../../evaluation/report.ts";
import type { EvaluationResult } from "../../../evaluation/result.ts";
import type { SampleRecord } from "../../../evaluation/sample-record.ts";
import { checkpointOf, trainedPlace } from "../../trained-place.ts";
import type { ModelChoice } from "../chosen-model.ts";
import type { EvalOptions } from "./options.ts";
import { resultOf, type ScoredModel, type ScoringPlace, scoreModel } from "./scored-model.ts";

/** The model of each evaluation to make, oldest checkpoint first; the one model without --checkpoints. */
export async function checkpointChoices(options: EvalOptions): Promise<ModelChoice[]> {
  const place = trainedPlace(options.model_path);
  if (options.checkpoints === undefined || place === null) return [options];
  const { RunDirectory } = await import("../../../runs/run-directory.ts");
  const { checkpoints } = await import("../../../runs/queries/steps.ts");
  const run = RunDirectory.open(place.run);
  using database = run.openDatabase({ readonly: true });
  const records =
    options.checkpoints === "all"
      ? checkpoints(database)
      : options.checkpoints.split(",").map((name) => checkpointOf(run, name.trim()));
  if (records.length === 0) checkpointOf(run, undefined);
  const names = new Map(records.map(({ step, directory }) => [step, directory]));
  return [...names]
    .sort(([a], [b]) => a - b)
    .map(([, checkpoint]) => ({ model_path: place.run, checkpoint }));
}

/** Scores each choice and stores those of a run in its database; the report is of the last one. */
export async function scoreSeries(
  options: EvalOptions,
  choices: readonly ModelChoice[],
  place: ScoringPlace,
): Promise<EvaluationReport> {
  const checkpoints: CheckpointScores[] = [];
  let report: EvaluationReport | undefined;
  for (const choice of choices) {
    const scored = await scoreModel(options, choice, place);
    report = await resultOf(place.benchmark, scored, options.k);
    if (scored.partial) break;
    if (!scored.trained) continue;
    await keepInRun(scored.trained, report, scored.records, scored.startedAt);
    checkpoints.push({ step: scored.trained.checkpoint.step, scores: report.scores });
  }
  if (!report) throw new ConfigError("There is no model to score.", { mend: "Name one with --model." });
  return choices.length > 1 ? { ...report, checkpoints } : report;
}

/** Stores an evaluation of a checkpoint in its run's database, where the screens find it. */
async function keepInRun(
  { run, checkpoint }: NonNullable<ScoredModel["trained"]>,
  result: EvaluationResult,
  records: readonly SampleRecord[],
  startedAt: number,
): Promise<void> {
  const { commitEvaluation } = await import("../../../runs/queries/evaluations.ts");
  const { evaluationRecord, evaluationSample } = await import("../../../evaluation/stored-evaluation.ts");
  using database = run.openDatabase();
  const record = evaluationRecord(result, { step: checkpoint.step, startedAt });
  commitEvaluation(database, record, records.map(evaluationSample));
}
