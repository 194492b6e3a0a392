import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import { APPS_LEVELS, FORMATS } from "../../config/benchmark-name.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Benchmark } from "../../evaluation/benchmark.ts";
import type { CheckpointScores, EvaluationReport } from "../../evaluation/report.ts";
import type { EvaluationResult } from "../../evaluation/result.ts";
import type { SampleRecord } from "../../evaluation/samples.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { probability, temperature, wholeNumber, wholeNumberOrZero, wholeNumbers } from "../numbers.ts";
import { ProgressLine } from "../progress-line.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { checkpointOf, trainedPlace } from "../trained-place.ts";
import { type Baseline, openBaseline } from "./baseline.ts";
import { addBenchmarkOption } from "./benchmark-option.ts";
import { addModelOptions, type ModelChoice } from "./chosen-model.ts";
import type { EvalOptions } from "./eval-options.ts";
import { progressHook, type ScoredModel, scoreModel } from "./scored-model.ts";

export function registerEval(program: Command): void {
  addModelOptions(
    addBenchmarkOption(
      program
        .command("eval")
        .description("score a model, a run or samples made elsewhere on a benchmark")
        .argument("[model]", "the model or run, in place of --model"),
    ),
  )
    .option("--adapter <directory>", "a LoRA adapter for the model, as training, models or mlx-lm write it")
    .option("--checkpoints <list>", "of a run: score several, all or N,M, and show how the scores moved")
    .addOption(
      new Option(
        "--format <format>",
        "how a problem is put: text to continue, the chat template, or think and answer",
      )
        .choices(FORMATS)
        .default("raw"),
    )
    .option(
      "--shots <n>",
      "worked examples in the prompt: 0 or 3 of mbpp, 0 or 8 of gsm8k",
      wholeNumberOrZero,
      0,
    )
    .addOption(new Option("--level <level>", "apps: problems of one level").choices(APPS_LEVELS))
    .option(
      "--data <file>",
      "the benchmark's own file (JSONL, gzip or not, or Parquet) in place of the fetched one",
    )
    .option("--completions <file>", "score these samples (HumanEval or EvalPlus JSONL); no model is loaded")
    .option("--samples-only", "write the samples and judge none, for scoring elsewhere")
    .option("--samples <n>", "samples per problem", wholeNumber, 1)
    .option("--k <list>", "which pass@k to report, such as 1,10", wholeNumbers, [1])
    .option("--temperature <t>", "0 is greedy (default: 0; 0.8 with several samples)", temperature)
    .option("--top-p <p>", "keep the smallest set of tokens with this much probability", probability, 1)
    .option("--max-tokens <n>", "most new tokens per sample (default: the benchmark's)", wholeNumber)
    .option("--seed <n>", "seed of the sampling", wholeNumberOrZero, 0)
    .option("--limit <n>", "only the first n problems; 0 takes all", wholeNumberOrZero, 0)
    .option(
      "--baseline <base|result|run>",
      "set the scores beside those of the model as it came (base), of a result file, or of a run's evaluation",
    )
    .option("--reference-rows", "add figures that other projects quote for this benchmark, marked as quoted")
    .option("--output_dir <directory>", "where samples and results go (default: logs, of a run its own logs)")
    .option(
      "--output <file>",
      "the result's own file (default: evaluation_results.json in --output_dir); a .md and an .html page come beside it",
    )
    .option("--fresh", "make every sample anew instead of going on with those on disk")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
An evaluation that was cut off goes on where it was when the same command is given again. azr-tui data list shows
the benchmarks and where their data comes from.

Examples:
  azr-tui eval
  azr-tui eval --model smollm2-135m --benchmark humaneval
  azr-tui eval --model smollm2-135m --benchmark gsm8k --format chat --limit 50
  azr-tui eval demo-1 --samples 20 --k 1,10 --limit 20
  azr-tui eval demo-1 --baseline base
  azr-tui eval demo-1 --checkpoints all
  azr-tui eval --completions samples.jsonl --json`,
    )
    .action(evaluateCommand);
}

async function evaluateCommand(
  model: string | undefined,
  given: EvalOptions,
  command: Command,
): Promise<void> {
  const options = withModel(model, given, command);
  refuseContradictions(options);
  const benchmark = await openBenchmark(options);
  const place = trainedPlace(options.model_path);
  const directory = options.output_dir ?? (place ? join(place.run, "logs") : "logs");
  if (options.samplesOnly) return await writeSamples(options, benchmark, directory);
  const { baseline } = options;
  const beside = baseline === undefined ? null : await openBaseline({ ...options, baseline });
  const choices = await checkpointChoices(options);
  await using executor = await openExecutor();
  const context = { benchmark, executor, directory };
  const scored = await (options.completions === undefined
    ? scoreAll(options, choices, context)
    : judgeForeign(options.completions, benchmark, executor, options.k));
  const report = await setBeside(scored, beside, options, context);
  const { writeReport } = await import("../../evaluation/report.ts");
  const path = options.output ?? join(directory, "evaluation_results.json");
  const files = await writeReport(path, report);
  if (options.json) return printJson(report);
  await printReport(report);
  say(style.dim(`samples: ${report.samplesFile}   result: ${files.join(", ")}`));
}

function withModel(model: string | undefined, options: EvalOptions, command: Command): EvalOptions {
  if (model === undefined) return options;
  if (command.getOptionValueSource("model_path") === "cli" && options.model_path !== model) {
    throw new ConfigError(`Two models are named: ${model} and ${options.model_path}.`, {
      mend: "Name one; the other can be the --baseline when it is a run.",
    });
  }
  return { ...options, model_path: model };
}

function refuseContradictions(options: EvalOptions): void {
  const most = Math.max(...options.k);
  if (options.completions === undefined && most > options.samples) {
    throw new ConfigError(
      `pass@${most} needs at least ${most} samples a problem, and --samples is ${options.samples}.`,
      { mend: `Give --samples ${most}, or a smaller --k.` },
    );
  }
  if (options.samplesOnly && options.completions !== undefined) {
    throw new ConfigError("--samples-only makes samples, and --completions brings some to be judged.", {
      mend: "Give one of the two.",
    });
  }
  if (options.samplesOnly && (options.baseline !== undefined || options.checkpoints !== undefined)) {
    throw new ConfigError("--samples-only judges nothing, so there is nothing to set beside a baseline.", {
      mend: "Leave out --samples-only, or --baseline and --checkpoints.",
    });
  }
  if (options.checkpoints === undefined) return;
  if (trainedPlace(options.model_path) === null || options.completions !== undefined) {
    throw new ConfigError(`--checkpoints goes with a run; "${options.model_path}" is none.`, {
      mend: "Name a run; azr-tui runs list shows them.",
    });
  }
  if (options.checkpoint !== undefined) {
    throw new ConfigError("--checkpoint names one checkpoint and --checkpoints several.", {
      mend: "Give one of the two.",
    });
  }
}

/** The model of each evaluation to make, oldest checkpoint first. */
async function checkpointChoices(options: EvalOptions): Promise<ModelChoice[]> {
  const place = trainedPlace(options.model_path);
  if (options.checkpoints === undefined || place === null) return [options];
  const { RunDirectory } = await import("../../runs/run-directory.ts");
  const { checkpoints } = await import("../../runs/queries/steps.ts");
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

interface Context {
  benchmark: Benchmark;
  executor: Executor;
  directory: string;
}

/** Scores each choice and stores those of a run in its database; the report is of the last one. */
async function scoreAll(
  options: EvalOptions,
  choices: readonly ModelChoice[],
  context: Context,
): Promise<EvaluationReport> {
  const checkpoints: CheckpointScores[] = [];
  let report: EvaluationReport | undefined;
  for (const choice of choices) {
    const scored = await scoreModel(options, choice, context);
    report = await resultOf(context.benchmark, scored, options.k);
    if (scored.partial) break;
    if (!scored.trained) continue;
    await keepInRun(scored.trained, report, scored.records, scored.startedAt);
    checkpoints.push({ step: scored.trained.checkpoint.step, scores: report.scores });
  }
  if (!report) throw new ConfigError("There is no model to score.", { mend: "Name one with --model." });
  return choices.length > 1 ? { ...report, checkpoints } : report;
}

async function resultOf(
  benchmark: Benchmark,
  scored: ScoredModel,
  ks: readonly number[],
): Promise<EvaluationResult> {
  const { summarise } = await import("../../evaluation/result.ts");
  const { records, trained: _, startedAt, ...about } = scored;
  return summarise(benchmark, records, ks, { ...about, seconds: (Date.now() - startedAt) / 1000 });
}

/** Adds what the result is compared with; a partial one is compared with a result that there is, with no model. */
async function setBeside(
  report: EvaluationReport,
  baseline: Baseline | null,
  options: EvalOptions,
  context: Context,
): Promise<EvaluationReport> {
  const { compare } = await import("../../evaluation/comparison.ts");
  const { referenceRows } = await import("../../evaluation/reference-rows.ts");
  const references = options.referenceRows ? referenceRows(options.benchmark) : [];
  if (options.referenceRows && references.length === 0) {
    say(`No project's figures for ${options.benchmark} are known here: --reference-rows adds nothing.`);
  }
  const quoted = { ...report, ...(references.length > 0 ? { references } : {}) };
  if (baseline === null) return quoted;
  if ("result" in baseline) return { ...quoted, comparison: compare(report, baseline.result, options.k) };
  if (report.partial) return quoted;
  const scored = await scoreModel(options, baseline.choice, context);
  const base = await resultOf(context.benchmark, scored, options.k);
  if (scored.partial) return quoted;
  const { checkpoints } = report;
  return {
    ...quoted,
    comparison: compare(report, base, options.k),
    ...(checkpoints ? { checkpoints: [{ step: 0, scores: base.scores }, ...checkpoints] } : {}),
  };
}

async function openBenchmark(options: EvalOptions): Promise<Benchmark> {
  const { benchmark: name, data, limit, shots, level } = options;
  const { readBenchmark } = await import("../../evaluation/benchmarks/registry.ts");
  const { fetchData } = await import("../../evaluation/data.ts");
  const line = new ProgressLine();
  let paths: readonly [string, ...string[]];
  try {
    paths = data ? [data] : await fetchData(name, (progress) => line.update(progress));
  } finally {
    line.end();
  }
  const all = await readBenchmark(name, paths, { shots, ...(level ? { level } : {}) });
  return limit > 0 ? { ...all, problems: all.problems.slice(0, limit) } : all;
}

async function openExecutor() {
  const { installSandbox, openSandbox } = await import("../../sandbox/index.ts");
  const { loadConfig } = await import("../../config/load.ts");
  await installSandbox({ onProgress: (line) => say(`running: ${line}`) });
  return await openSandbox(loadConfig().sandbox);
}

async function judgeForeign(
  path: string,
  benchmark: Benchmark,
  executor: Executor,
  ks: readonly number[],
): Promise<EvaluationReport> {
  const { scoreCompletions } = await import("../../evaluation/evaluate.ts");
  const { readCompletions } = await import("../../evaluation/samples.ts");
  const completions = await readCompletions(path);
  const startedAt = Date.now();
  const line = new ProgressLine();
  const hooks = { onProgress: progressHook(line, basename(path)) };
  const records = await scoreCompletions({ benchmark, completions, executor, hooks });
  line.end();
  const about = {
    model: path,
    settings: null,
    samplesFile: path,
    trained: null,
    times: null,
    partial: false,
  };
  return await resultOf(benchmark, { ...about, records, startedAt }, ks);
}

/** Samples that are judged elsewhere: HumanEval's and EvalPlus's fields, and no verdict. */
async function writeSamples(options: EvalOptions, benchmark: Benchmark, directory: string): Promise<void> {
  const scored = await scoreModel(options, options, { benchmark, executor: null, directory });
  const { model, samplesFile, records, partial } = scored;
  if (options.json)
    return printJson({ benchmark: benchmark.name, model, samples: records.length, samplesFile, partial });
  print(samplesFile);
}

/** Stores an evaluation of a checkpoint in its run's database, where the screens find it. */
async function keepInRun(
  { run, checkpoint }: NonNullable<ScoredModel["trained"]>,
  result: EvaluationResult,
  records: readonly SampleRecord[],
  startedAt: number,
): Promise<void> {
  const { commitEvaluation } = await import("../../runs/queries/evaluations.ts");
  const { evaluationRecord, evaluationSample } = await import("../../evaluation/stored-evaluation.ts");
  using database = run.openDatabase();
  const record = evaluationRecord(result, { step: checkpoint.step, startedAt });
  commitEvaluation(database, record, records.map(evaluationSample));
}

async function printReport(report: EvaluationReport): Promise<void> {
  const { reportTables } = await import("../../evaluation/pages/tables.ts");
  const { benchmark, model, passed, samples, problems } = report;
  print(`${benchmark} of ${model}: ${passed} of ${samples} samples passed (${problems} problems)`);
  for (const { title, note, head, rows } of reportTables(report)) {
    print("");
    print(style.bold(title));
    if (note !== "") print(`  ${note}`);
    print(textTable(head, rows));
  }
}
