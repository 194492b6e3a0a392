import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Command, Option } from "commander";
import {
  APPS_LEVELS,
  type AppsLevel,
  BENCHMARK_NAMES,
  type BenchmarkName,
  FORMATS,
  type Format,
} from "../../config/benchmark-name.ts";
import { ConfigError } from "../../errors/index.ts";
import type { Benchmark } from "../../evaluation/benchmark.ts";
import type { EvaluationProgress, SamplingSettings } from "../../evaluation/evaluate.ts";
import type { EvaluationResult } from "../../evaluation/result.ts";
import type { SampleRecord } from "../../evaluation/samples.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { probability, temperature, wholeNumber, wholeNumberOrZero, wholeNumbers } from "../numbers.ts";
import { ProgressLine } from "../progress-line.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { addModelOptions, type ChosenModel, type ModelChoice, openChosenModel } from "./chosen-model.ts";

interface EvalOptions extends ModelChoice {
  benchmark: BenchmarkName;
  data?: string;
  level?: AppsLevel;
  format: Format;
  shots: number;
  completions?: string;
  samplesOnly?: boolean;
  samples: number;
  k: number[];
  temperature?: number;
  topP: number;
  maxTokens?: number;
  seed: number;
  limit: number;
  output_dir: string;
  output?: string;
  fresh?: boolean;
  json?: boolean;
}

export function registerEval(program: Command): void {
  addModelOptions(
    program.command("eval").description("score a model, a run or samples made elsewhere on a benchmark"),
  )
    .addOption(new Option("--benchmark <name>", "benchmark").choices(BENCHMARK_NAMES).default("humaneval"))
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
    .option("--output_dir <directory>", "where samples and results go", "logs")
    .option("--output <file>", "the result's own file (default: evaluation_results.json in --output_dir)")
    .option("--fresh", "make every sample anew instead of going on with those on disk")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
An evaluation that was cut off goes on where it was when the same command is given again. azr-tui data list shows
the benchmarks and where their data comes from.

Examples:
  azr-tui eval --model smollm2-135m --benchmark humaneval
  azr-tui eval --model smollm2-135m --benchmark gsm8k --format chat --limit 50
  azr-tui eval --model demo-1 --samples 20 --k 1,10 --limit 20
  azr-tui eval --completions samples.jsonl --json`,
    )
    .action(evaluateCommand);
}

async function evaluateCommand(options: EvalOptions): Promise<void> {
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
  const benchmark = await openBenchmark(options);
  if (options.samplesOnly) return await writeSamples(options, benchmark);
  const judged = await (options.completions === undefined
    ? sampleAndJudge(options, benchmark)
    : judgeForeign(options.completions, benchmark));
  if (judged === null) return;
  const { summarise, writeResult } = await import("../../evaluation/result.ts");
  const { records, trained, startedAt, ...about } = judged;
  const result = summarise(benchmark, records, options.k, {
    ...about,
    seconds: (Date.now() - startedAt) / 1000,
  });
  const path = options.output ?? join(options.output_dir, "evaluation_results.json");
  await writeResult(path, result);
  if (trained) await keepInRun(trained, result, records, startedAt);
  if (options.json) return printJson(result);
  printResult(result);
  say(style.dim(`samples: ${result.samplesFile}   result: ${path}`));
}

interface Judged extends Pick<EvaluationResult, "model" | "settings" | "samplesFile"> {
  records: SampleRecord[];
  trained: ChosenModel["trained"];
  /** Milliseconds since the epoch, before the model was loaded. */
  startedAt: number;
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

async function judgeForeign(path: string, benchmark: Benchmark): Promise<Judged> {
  const { scoreCompletions } = await import("../../evaluation/evaluate.ts");
  const { readCompletions } = await import("../../evaluation/samples.ts");
  const completions = await readCompletions(path);
  await using executor = await openExecutor();
  const startedAt = Date.now();
  const line = new ProgressLine();
  const hooks = { onProgress: progressHook(line, basename(path)) };
  const records = await scoreCompletions({ benchmark, completions, executor, hooks });
  line.end();
  return { model: path, records, settings: null, samplesFile: path, trained: null, startedAt };
}

/** Null when Ctrl-C ended it; what is judged until then stays on disk. */
async function sampleAndJudge(options: EvalOptions, benchmark: Benchmark): Promise<Judged | null> {
  await using executor = await openExecutor();
  const startedAt = Date.now();
  const chosen = await openChosenModel(options);
  await using _model = chosen.host;
  const settings = settingsOf(options, benchmark);
  const samplesFile = samplesPath(options, benchmark, chosen, settings);
  if (options.fresh) await rm(samplesFile, { force: true });
  const records = await sample({ chosen, benchmark, settings, samplesFile, executor });
  if (records === null) return null;
  return { model: chosen.title, records, settings, samplesFile, trained: chosen.trained, startedAt };
}

/** Samples that are judged elsewhere: HumanEval's and EvalPlus's fields, and no verdict. */
async function writeSamples(options: EvalOptions, benchmark: Benchmark): Promise<void> {
  const chosen = await openChosenModel(options);
  await using _model = chosen.host;
  const settings = settingsOf(options, benchmark);
  const samplesFile = samplesPath(options, benchmark, chosen, settings).replace(/\.jsonl$/, "-only.jsonl");
  if (options.fresh) await rm(samplesFile, { force: true });
  const records = await sample({ chosen, benchmark, settings, samplesFile, executor: null });
  if (records === null) return;
  if (options.json)
    printJson({ benchmark: benchmark.name, model: chosen.title, samples: records.length, samplesFile });
  else print(samplesFile);
}

function settingsOf(options: EvalOptions, benchmark: Benchmark): SamplingSettings {
  return {
    samples: options.samples,
    temperature: options.temperature ?? (options.samples > 1 ? 0.8 : 0),
    topP: options.topP,
    maxTokens: options.maxTokens ?? benchmark.maxTokens[options.format],
    seed: options.seed,
    format: options.format,
  };
}

function samplesPath(
  options: EvalOptions,
  benchmark: Benchmark,
  chosen: ChosenModel,
  settings: SamplingSettings,
): string {
  const key = samplesKey(chosen, settings, [options.data ?? null, options.shots]);
  return join(options.output_dir, "samples", `${benchmark.name}-${key}.jsonl`);
}

async function sample(part: {
  chosen: ChosenModel;
  benchmark: Benchmark;
  settings: SamplingSettings;
  samplesFile: string;
  /** Null where nothing is judged. */
  executor: Executor | null;
}): Promise<SampleRecord[] | null> {
  const { chosen, benchmark, settings, samplesFile, executor } = part;
  const { evaluate } = await import("../../evaluation/evaluate.ts");
  const { SampleFile } = await import("../../evaluation/samples.ts");
  const { loadTokenizer } = await import("../../tokenizer/load.ts");
  const tokenizer = await loadTokenizer(chosen.host.info.path);
  const file = await SampleFile.open(samplesFile);
  if (file.records.length > 0) {
    say(`Going on with ${file.records.length} samples of ${samplesFile}; --fresh makes them anew.`);
  }
  const abort = new AbortController();
  const onSignal = () => abort.abort(new Error("ended by Ctrl-C"));
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  const line = new ProgressLine();
  const onProgress = progressHook(line, `${benchmark.name} of ${chosen.title}`);
  const hooks = { signal: abort.signal, onProgress };
  try {
    return await evaluate({ benchmark, generator: chosen.host, tokenizer, executor, settings, file, hooks });
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    await file.flush();
    line.drop();
    say(`Ended by Ctrl-C. The samples in ${samplesFile} are kept: the same command goes on from there.`);
    process.exitCode = 130;
    return null;
  } finally {
    line.end();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

/** Tells samples apart that may not be mixed: by model, its file's state, checkpoint, data and settings. */
function samplesKey(chosen: ChosenModel, settings: SamplingSettings, data: readonly unknown[]): string {
  const { info } = chosen.host;
  const { size, mtimeMs } = statSync(info.path);
  const trained = chosen.trained && [chosen.trained.run.path, chosen.trained.checkpoint];
  const identity = [info.path, size, mtimeMs, trained, settings, data];
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 12);
}

function progressHook(line: ProgressLine, label: string) {
  return ({ judged, total, passed, generation }: EvaluationProgress) => {
    const speed = generation ? `, ${generation.tokensPerSecond.toFixed(0)} tokens/s` : "";
    line.update({ label, done: judged, total, unit: "samples", note: `${passed} passed${speed}` });
  };
}

/** Stores an evaluation of a checkpoint in its run's database, where the screens find it. */
async function keepInRun(
  { run, checkpoint }: NonNullable<ChosenModel["trained"]>,
  { benchmark, scores, problems, passed, settings }: EvaluationResult,
  records: readonly SampleRecord[],
  startedAt: number,
): Promise<void> {
  const { commitEvaluation } = await import("../../runs/queries/evaluations.ts");
  using database = run.openDatabase();
  const flat = Object.entries(scores).flatMap(([name, { value, low, high }]) => [
    [name, value] as const,
    [`${name}/low`, low] as const,
    [`${name}/high`, high] as const,
  ]);
  commitEvaluation(
    database,
    {
      step: checkpoint.step,
      benchmark,
      scores: { ...Object.fromEntries(flat), problems, passed },
      settings: { ...settings },
      startedAt,
      finishedAt: Date.now(),
    },
    records.map(({ task_id, sample, completion, passed, verdict }) => ({
      problem: task_id,
      sample,
      completion,
      passed: passed === true,
      verdict,
    })),
  );
}

function printResult(result: EvaluationResult): void {
  const { benchmark, model, passed, samples, problems } = result;
  print(`${benchmark} of ${model}: ${passed} of ${samples} samples passed (${problems} problems)`);
  const percent = (value: number) => (100 * value).toFixed(1);
  const width = Math.max(9, ...Object.keys(result.scores).map((name) => name.length));
  for (const [name, { value, low, high }] of Object.entries(result.scores)) {
    print(`${name.padEnd(width)} ${percent(value)}%   95% interval ${percent(low)} to ${percent(high)}`);
  }
  const verdicts = Object.entries(result.verdicts).sort((a, b) => b[1] - a[1]);
  print(`${"verdicts".padEnd(width)} ${verdicts.map(([name, count]) => `${name} ${count}`).join(", ")}`);
}
