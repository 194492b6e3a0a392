import { type Command, Option } from "commander";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../../config/benchmark-name.ts";
import { say, style } from "../../terminal.ts";

const NAME = "benchmark";

/** Where one who scored the default is likely to want to go. */
const FURTHER = `
This was azr-mini, the small benchmark that comes with azr-tui (docs/azr-mini.md). To go on:
  azr-tui eval --benchmark humaneval                      the functions that most papers report
  azr-tui eval --model HuggingFaceTB/SmolLM2-360M         another model, by its Hugging Face repo id
  azr-tui eval --model <run>                              what a run has learned
  azr-tui eval list                                       every benchmark`;

/**
 * Adds --benchmark. Without it azr-mini is scored, which needs no data and ends with what to do next; samples or a
 * file of one's own without a benchmark's name are HumanEval's.
 */
export function addBenchmarkOption(command: Command): Command {
  const option = new Option(
    "--benchmark <name>",
    "default: azr-mini; with --completions or --data, humaneval",
  );
  return command
    .addOption(option.choices(BENCHMARK_NAMES))
    .hook("preAction", (evaluation, asked) => {
      if (asked !== evaluation || evaluation.getOptionValue(NAME) !== undefined) return;
      evaluation.setOptionValueWithSource(NAME, impliedBenchmark(evaluation.opts()), "implied");
    })
    .hook("postAction", (evaluation, asked) => {
      if (asked !== evaluation) return;
      const { benchmark, json, samplesOnly } = evaluation.opts();
      const isImplied = benchmark === "azr-mini" && evaluation.getOptionValueSource(NAME) === "implied";
      if (isImplied && !json && !samplesOnly && !process.exitCode) say(style.dim(FURTHER));
    });
}

function impliedBenchmark({ completions, data }: { completions?: string; data?: string }): BenchmarkName {
  return completions === undefined && data === undefined ? "azr-mini" : "humaneval";
}
