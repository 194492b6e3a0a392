import { existsSync } from "node:fs";
import { ConfigError, RunError } from "../../../errors/index.ts";
import type { Compared } from "../../../evaluation/comparison.ts";
import type { EvaluationReport } from "../../../evaluation/report.ts";
import { say } from "../../terminal.ts";
import { trainedPlace } from "../../trained-place.ts";
import type { ModelChoice } from "../chosen-model.ts";
import type { EvalOptions } from "./options.ts";
import { resultOf, type ScoringPlace, scoreModel } from "./scored-model.ts";

/** What a model is set beside: a result that there is, or a model that is scored too. */
export type Baseline = { result: Compared } | { choice: ModelChoice };

/**
 * Finds what `--baseline` names, before anything is sampled. Throws ConfigError, RunError or ModelLoadError, each
 * with what could be named instead.
 */
export async function openBaseline(options: EvalOptions & { baseline: string }): Promise<Baseline> {
  const { baseline, benchmark } = options;
  if (baseline === "base") return { choice: await baseOf(options) };
  if (baseline.endsWith(".json") || (existsSync(baseline) && trainedPlace(baseline) === null)) {
    const { readResult } = await import("../../../evaluation/report.ts");
    const result = await readResult(baseline);
    if (result.benchmark === benchmark) return { result };
    throw new ConfigError(`${baseline} is a result of ${result.benchmark}, not of ${benchmark}.`, {
      mend: "Compare results of one benchmark.",
    });
  }
  const place = trainedPlace(baseline);
  if (place) return { result: await storedResult(place, benchmark) };
  throw new ConfigError(`--baseline names base, a result file or a run, not "${baseline}".`, {
    mend: "azr-tui runs list shows the runs; eval writes evaluation_results.json.",
  });
}

/**
 * The report with what it is compared with: a baseline, and quoted figures. A partial report is compared with a result
 * that there is; no model is scored for it.
 */
export async function setBeside(
  report: EvaluationReport,
  baseline: Baseline | null,
  options: EvalOptions,
  place: ScoringPlace,
): Promise<EvaluationReport> {
  const quoted = { ...report, ...(await quotedFigures(options)) };
  if (baseline === null) return quoted;
  const { compare } = await import("../../../evaluation/comparison.ts");
  if ("result" in baseline) return { ...quoted, comparison: compare(report, baseline.result, options.k) };
  if (report.partial) return quoted;
  const scored = await scoreModel(options, baseline.choice, place);
  if (scored.partial) return quoted;
  const base = await resultOf(place.benchmark, scored, options.k);
  const { checkpoints } = report;
  return {
    ...quoted,
    comparison: compare(report, base, options.k),
    ...(checkpoints ? { checkpoints: [{ step: 0, scores: base.scores }, ...checkpoints] } : {}),
  };
}

async function quotedFigures(options: EvalOptions): Promise<Pick<EvaluationReport, "references">> {
  if (!options.referenceRows) return {};
  const { referenceRows } = await import("../../../evaluation/reference-rows.ts");
  const references = referenceRows(options.benchmark);
  if (references.length > 0) return { references };
  say(`No project's figures for ${options.benchmark} are known here: --reference-rows adds nothing.`);
  return {};
}

/** The same model as it came. */
async function baseOf(options: EvalOptions): Promise<ModelChoice> {
  const { completions, model_path, adapter, revision, quantize } = options;
  if (completions !== undefined) {
    throw new ConfigError("--baseline base needs a model, and --completions brings samples alone.", {
      mend: "Name a result file as the baseline.",
    });
  }
  const place = trainedPlace(model_path);
  if (place) {
    const { RunDirectory } = await import("../../../runs/run-directory.ts");
    const { source, quantize } = RunDirectory.open(place.run).config().model;
    return { model_path: source, ...(quantize === "none" ? {} : { quantize: quantize === 4 ? "4" : "8" }) };
  }
  if (adapter !== undefined) {
    return {
      model_path,
      ...(revision === undefined ? {} : { revision }),
      ...(quantize === undefined ? {} : { quantize }),
    };
  }
  throw new ConfigError(`--baseline base is the model without its adapter, and "${model_path}" has none.`, {
    mend: "Name a run with --model, an adapter with --adapter, or a result file as the baseline.",
  });
}

/** The newest evaluation of a run, or of the checkpoint that the place names. */
async function storedResult(
  place: { run: string; checkpoint?: string },
  benchmark: EvalOptions["benchmark"],
): Promise<Compared> {
  const { RunDirectory } = await import("../../../runs/run-directory.ts");
  const { evaluations, evaluationOutcomes } = await import("../../../runs/queries/evaluations.ts");
  const { comparedEvaluation } = await import("../../../evaluation/stored-evaluation.ts");
  const run = RunDirectory.open(place.run);
  using database = run.openDatabase({ readonly: true });
  const found = evaluations(database, benchmark).find(
    ({ step }) => place.checkpoint === undefined || place.checkpoint === `checkpoint-${step}`,
  );
  if (found) return comparedEvaluation(run.name, found, evaluationOutcomes(database, found.id));
  const where = place.checkpoint === undefined ? "" : ` at ${place.checkpoint}`;
  throw new RunError(`run ${run.name} has no evaluation of ${benchmark}${where}`, {
    mend: `Make one first: azr-tui eval --model ${run.name} --benchmark ${benchmark}`,
  });
}
