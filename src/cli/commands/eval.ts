import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Benchmark } from "../../evaluation/benchmark.ts";
import type { EvaluationProgress, SamplingSettings } from "../../evaluation/evaluate.ts";
import type { EvaluationResult } from "../../evaluation/result.ts";
import type { SampleRecord } from "../../evaluation/samples.ts";
import { ProgressLine } from "../progress-line.ts";
import { print, printJson, say, style } from "../terminal.ts";
import { number } from "./generate.ts";
import { positive } from "./train.ts";

interface EvalOptions {
  model: string;
  model_path?: string;
  benchmark: "humaneval";
  data?: string;
  limit?: number;
  samples: number;
  k: number[];
  temperature: number;
  topP: number;
  maxTokens?: number;
  seed: number;
  completions?: string;
  output_dir: string;
  fresh?: boolean;
  json?: boolean;
}

function list(value: string): number[] {
  const numbers = value.split(",").map(Number);
  if (numbers.some((k) => !Number.isInteger(k) || k < 1))
    throw new InvalidArgumentError("expected numbers such as 1,10.");
  return numbers;
}

export function registerEval(program: Command): void {
  program
    .command("eval")
    .description("score a model, a finished run or samples made elsewhere on a benchmark")
    .option("--model <model>", "known name, .gguf file, directory or repo id", "smollm2-135m")
    .option("--model_path <run>", "a run (its newest checkpoint), by name or directory, instead of --model")
    .addOption(new Option("--benchmark <name>", "benchmark").choices(["humaneval"]).default("humaneval"))
    .option("--data <file>", "the benchmark's own file (JSONL, gzip or not) instead of the fetched one")
    .option("--limit <n>", "the first n problems only", positive)
    .option("--samples <n>", "samples per problem", positive, 1)
    .option("--k <list>", "which pass@k to report, such as 1,10", list, [1])
    .option("--temperature <t>", "0 is greedy", number(0), 0)
    .option("--top-p <p>", "nucleus sampling", number(0, 1), 1)
    .option("--max-tokens <n>", "most new tokens per sample; the benchmark's own when absent", positive)
    .option("--seed <n>", "seed of the draws", number(0, 2 ** 31), 0)
    .option("--completions <file>", "score these samples (HumanEval or EvalPlus JSONL) instead of a model's")
    .option("--output_dir <directory>", "where samples and results go", "logs")
    .option("--fresh", "do not go on from samples that an earlier evaluation with these settings left")
    .option("--json", "the result as JSON on stdout")
    .addHelpText(
      "after",
      "\nAn evaluation that is cut off goes on where it was when it is started again.\n\nExamples:\n  azr-tui eval --model smollm2-135m --benchmark humaneval\n  azr-tui eval --samples 20 --k 1,10 --temperature 0.8 --limit 20\n  azr-tui eval --completions samples.jsonl --json",
    )
    .action(async (options: EvalOptions) => {
      const result = await evaluation(options);
      const { writeResult } = await import("../../evaluation/result.ts");
      const path = join(options.output_dir, "evaluation_results.json");
      await writeResult(path, result);
      if (options.json) return printJson(result);
      report(result);
      say(style.dim(`samples: ${result.samplesFile}   result: ${path}`));
    });
}

async function evaluation(options: EvalOptions): Promise<EvaluationResult> {
  const { ConfigError } = await import("../../errors/index.ts");
  const most = Math.max(...options.k);
  if (!options.completions && most > options.samples) {
    throw new ConfigError(
      `pass@${most} needs ${most} samples a problem, and --samples is ${options.samples}.`,
      {
        mend: `Give --samples ${most} --temperature 0.8, or a smaller --k.`,
      },
    );
  }
  const { installSandbox, openSandbox } = await import("../../sandbox/index.ts");
  await installSandbox({ onProgress: (line) => say(`running: ${line}`) });
  const { loadConfig } = await import("../../config/load.ts");
  const benchmark = await load(options);
  await using executor = await openSandbox(loadConfig().sandbox);
  const began = performance.now();
  const line = new ProgressLine();
  const show = ({ judged, total, passed, generation }: EvaluationProgress) => {
    const speed = generation ? `, ${generation.tokensPerSecond.toFixed(0)} tokens/s` : "";
    line.update({ label: benchmark.name, done: judged, total, unit: `samples (${passed} passed${speed})` });
  };
  const { summarise } = await import("../../evaluation/result.ts");
  const seconds = () => (performance.now() - began) / 1000;
  try {
    if (options.completions) {
      const { scoreCompletions } = await import("../../evaluation/evaluate.ts");
      const { readCompletions } = await import("../../evaluation/samples.ts");
      const completions = await readCompletions(options.completions);
      const records = await scoreCompletions({
        benchmark,
        completions,
        executor,
        hooks: { onProgress: show },
      });
      const about = { model: options.completions, settings: null, samplesFile: options.completions };
      return summarise(benchmark, records, options.k, { ...about, seconds: seconds() });
    }
    const settings: SamplingSettings = {
      samples: options.samples,
      temperature: options.temperature,
      topP: options.topP,
      maxTokens: options.maxTokens ?? benchmark.maxTokens,
      seed: options.seed,
    };
    const { records, samplesFile } = await generated(options, benchmark, settings, executor, show);
    const model = options.model_path ?? options.model;
    return summarise(benchmark, records, options.k, { model, settings, samplesFile, seconds: seconds() });
  } finally {
    line.end();
  }
}

async function load({ data, limit }: EvalOptions): Promise<Benchmark> {
  const { fetchHumanEval, readHumanEval } = await import("../../evaluation/benchmarks/humaneval.ts");
  const all = await readHumanEval(data ?? (await fetchHumanEval()));
  return { ...all, problems: all.problems.slice(0, limit) };
}

/** Samples of a model or of a run's newest checkpoint, those on disk kept. */
async function generated(
  options: EvalOptions,
  benchmark: Benchmark,
  settings: SamplingSettings,
  executor: Awaited<ReturnType<typeof import("../../sandbox/index.ts").openSandbox>>,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<{ records: SampleRecord[]; samplesFile: string }> {
  const [{ openModel }, { loadTokenizer }, { evaluate }, { SampleFile }] = await Promise.all([
    import("../../engine/model-host.ts"),
    import("../../tokenizer/load.ts"),
    import("../../evaluation/evaluate.ts"),
    import("../../evaluation/samples.ts"),
  ]);
  const subject = options.model_path
    ? await checkpointOf(options.model_path)
    : { source: options.model, identity: options.model };
  const key = createHash("sha256")
    .update(JSON.stringify([subject.identity, settings]))
    .digest("hex")
    .slice(0, 12);
  const samplesFile = join(options.output_dir, "samples", `${benchmark.name}-${key}.jsonl`);
  if (options.fresh) rmSync(samplesFile, { force: true });
  const found = existsSync(samplesFile);
  const line = new ProgressLine();
  await using model = await openModel({
    source: subject.source,
    ...(subject.learner ? { learner: subject.learner } : {}),
    onProgress: (progress) => {
      if (progress.done !== progress.total) line.update(progress);
    },
  });
  line.end();
  if (subject.checkpoint) await model.restore(subject.checkpoint);
  const tokenizer = await loadTokenizer(model.info.path);
  const file = await SampleFile.open(samplesFile);
  if (found) say(`Going on from ${file.records.length} samples in ${samplesFile}.`);
  const abort = new AbortController();
  const interrupt = () => abort.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt);
  try {
    const records = await evaluate({
      benchmark,
      generator: model,
      tokenizer,
      executor,
      settings,
      file,
      hooks: { onProgress, signal: abort.signal },
    });
    return { records, samplesFile };
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    await file.flush();
    say("\nInterrupted. The same command goes on from the samples that are done.");
    process.exit(130);
  } finally {
    process.off("SIGINT", interrupt);
  }
}

interface Subject {
  source: string;
  /** What tells its samples from others'. */
  identity: unknown;
  learner?: NonNullable<Parameters<typeof import("../../engine/model-host.ts").openModel>[0]["learner"]>;
  checkpoint?: string;
}

async function checkpointOf(name: string): Promise<Subject> {
  const { runPath } = await import("../run-path.ts");
  const { checkpoints, RunDirectory } = await import("../../runs/index.ts");
  const { RunError } = await import("../../errors/index.ts");
  const run = RunDirectory.open(runPath(name));
  using database = run.openDatabase({ readonly: true });
  const [newest] = checkpoints(database);
  if (!newest)
    throw new RunError(`Run ${run.name} has no checkpoint yet.`, {
      mend: "Let it finish a step, or evaluate the model itself with --model.",
    });
  const { model, adapter, training, seed } = run.config();
  return {
    source: model.source,
    identity: [run.path, newest.step, newest.createdAt],
    learner: { adapter, training, seed },
    checkpoint: join(run.checkpointsPath, newest.directory),
  };
}

function report(result: EvaluationResult): void {
  print(
    `${result.benchmark}: ${result.passed} of ${result.samples} samples passed (${result.problems} problems)`,
  );
  for (const [name, { value, low, high }] of Object.entries(result.scores)) {
    print(
      `${name}  ${(100 * value).toFixed(1)}%   95% interval ${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`,
    );
  }
  print(
    `verdicts: ${Object.entries(result.verdicts)
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `${name} ${count}`)
      .join(", ")}`,
  );
}
