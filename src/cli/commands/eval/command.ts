import { join } from "node:path";
import { type Command, Option } from "commander";
import { APPS_LEVELS, FORMATS } from "../../../config/benchmark-name.ts";
import type { EvaluationReport } from "../../../evaluation/report.ts";
import { probability, temperature, wholeNumber, wholeNumberOrZero, wholeNumbers } from "../../numbers.ts";
import { printJson, say, style } from "../../terminal.ts";
import { trainedPlace } from "../../trained-place.ts";
import { addModelOptions } from "../chosen-model.ts";
import { openBaseline, setBeside } from "./baseline.ts";
import { addBenchmarkOption } from "./benchmark-option.ts";
import { checkpointChoices, scoreSeries } from "./checkpoint-series.ts";
import { openBenchmark } from "./chosen-benchmark.ts";
import { judgeForeign, openForeignSamples, writeForeignVerdicts } from "./foreign-samples.ts";
import { Interruption } from "./interruption.ts";
import { registerEvalList } from "./list.ts";
import { checkedOptions, type EvalOptions } from "./options.ts";
import { printReport } from "./printed-report.ts";
import { writeSamples } from "./samples-only.ts";

export function registerEval(program: Command): void {
  const command = program
    .command("eval")
    .description("score a model, a run or samples made elsewhere on a benchmark")
    .argument("[model]", "the model or run, in place of --model")
    .usage("[model] [options]");
  addBenchmarkOption(command.optionsGroup("Problems:"))
    .addOption(new Option("--level <level>", "apps: problems of one level").choices(APPS_LEVELS))
    .option("--limit <n>", "only the first n problems; 0 takes all", wholeNumberOrZero, 0)
    .option(
      "--data <file>",
      "the benchmark's own file (JSONL, gzip or not, or Parquet) in place of the fetched one",
    );
  addModelOptions(command.optionsGroup("Model:"))
    .option("--adapter <directory>", "a LoRA adapter for the model, as training, models or mlx-lm write it")
    .option("--checkpoints <list>", "of a run: score several, all or N,M, and show how the scores moved");
  command
    .optionsGroup("Prompt and samples:")
    .addOption(
      new Option(
        "--format <format>",
        "raw: text to continue, as base models are measured; chat: a request in the chat template; azr: think, then answer",
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
    .option("--samples <n>", "samples per problem", wholeNumber, 1)
    .option("--k <list>", "which pass@k to report, such as 1,10; none above --samples", wholeNumbers, [1])
    .option("--temperature <t>", "0 is greedy (default: 0; 0.8 with several samples)", temperature)
    .option("--top-p <p>", "keep the smallest set of tokens with this much probability", probability, 1)
    .option("--max-tokens <n>", "most new tokens per sample (default: the benchmark's)", wholeNumber)
    .option("--seed <n>", "seed of the sampling", wholeNumberOrZero, 0)
    .optionsGroup("Samples that are made or judged elsewhere:")
    .option("--completions <file>", "score these samples (HumanEval or EvalPlus JSONL); no model is loaded")
    .option("--samples-only", "write the samples and judge none, for scoring elsewhere")
    .optionsGroup("Comparison:")
    .option(
      "--baseline <base|result|run>",
      "set the scores beside those of the model as it came (base), of a result file, or of a run's evaluation",
    )
    .option("--reference-rows", "add figures that other projects quote for this benchmark, marked as quoted")
    .optionsGroup("Output:")
    .option("--output_dir <directory>", "where samples and results go (default: logs, of a run its own logs)")
    .option(
      "--output <file>",
      "the result's own file (default: evaluation_results.json in --output_dir, and a copy with the benchmark's name); a .md and an .html page come beside it",
    )
    .option("--fresh", "make every sample anew instead of going on with those on disk")
    .option("--json", "print the result as JSON")
    .addHelpText("after", HELP)
    .action(evaluateCommand);
  registerEvalList(command);
}

const HELP = `
The score is pass@k by the unbiased estimator, with a 95% interval by bootstrap over problems. Programs run in the
sandbox alone. The same command gives the same samples; one that was cut off goes on where it was, and Ctrl-C leaves a
result that says it is partial. docs/evaluation.md says how to read the figures.

Examples:
  azr-tui eval                                                    the default model on azr-mini: a minute, no data
  azr-tui eval smollm2-135m --benchmark humaneval                 greedy pass@1
  azr-tui eval smollm2-135m --benchmark mbpp --shots 3            the prompt of the paper
  azr-tui eval smollm2-135m --benchmark gsm8k --format chat --limit 50
  azr-tui eval demo-1 --benchmark humaneval --samples 10 --k 1,10 sampled: pass@1 and pass@10
  azr-tui eval demo-1 --baseline base                             what training changed, problem by problem
  azr-tui eval demo-1 --checkpoints all                           the score by checkpoint
  azr-tui eval smollm2-135m --benchmark humaneval --samples-only  for the official human-eval or EvalPlus
  azr-tui eval --benchmark humaneval --completions samples.jsonl  samples of another tool
  azr-tui eval list                                               every benchmark, and whether its data is here`;

async function evaluateCommand(
  model: string | undefined,
  given: EvalOptions,
  command: Command,
): Promise<void> {
  const options = checkedOptions(model, given, command);
  const { firstProblems } = await import("../../../evaluation/benchmark.ts");
  using interruption = new Interruption();
  const whole = await openBenchmark(options);
  const benchmark = firstProblems(whole, options.limit);
  const place = trainedPlace(options.model_path);
  const directory = options.output_dir ?? (place ? join(place.run, "logs") : "logs");
  const { problemsKey } = await import("../../../evaluation/samples-key.ts");
  const unjudged = { benchmark, problems: problemsKey(whole), executor: null, directory, interruption };
  if (options.samplesOnly) return await writeSamples(options, unjudged);
  const { baseline, completions } = options;
  const beside = baseline === undefined ? null : await openBaseline({ ...options, baseline });
  const foreign = completions === undefined ? null : await openForeignSamples(completions, whole, options);
  const choices = await checkpointChoices(options);
  await using executor = await openExecutor();
  const scoring = { ...unjudged, executor };
  const judged = foreign && (await judgeForeign(foreign, scoring, options));
  const scored = judged?.report ?? (await scoreSeries(options, choices, scoring));
  const report = await setBeside(scored, beside, options, scoring);
  // Shown first: what cannot be written is not lost.
  if (options.json) printJson(report);
  else await printReport(report);
  await write(report, directory, options);
  if (foreign && judged) await writeForeignVerdicts(foreign, judged.records);
}

/** Without a file of its own a report is the newest one, and kept beside those of other benchmarks. */
async function write(report: EvaluationReport, directory: string, options: EvalOptions): Promise<void> {
  const { resultFiles, writeReport } = await import("../../../evaluation/report.ts");
  const { output, json } = options;
  const paths = output === undefined ? resultFiles(directory, report.benchmark) : [output];
  const files: string[] = [];
  for (const path of paths) files.push(...(await writeReport(path, report)));
  if (!json) say(style.dim(`samples: ${report.samplesFile}   result: ${files.join(", ")}`));
}

async function openExecutor() {
  const { installSandbox, openSandbox } = await import("../../../sandbox/index.ts");
  const { loadConfig } = await import("../../../config/load.ts");
  await installSandbox({ onProgress: (line) => say(`running: ${line}`) });
  return await openSandbox(loadConfig().sandbox);
}
