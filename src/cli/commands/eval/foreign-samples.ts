import { basename } from "node:path";
import type { Benchmark } from "../../../evaluation/benchmark.ts";
import type { EvaluationReport } from "../../../evaluation/report.ts";
import type { SampleRecord } from "../../../evaluation/sample-record.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { ProgressLine } from "../../progress-line.ts";
import { say, style } from "../../terminal.ts";
import type { Interruption } from "./interruption.ts";
import { dataSetup, type EvalOptions } from "./options.ts";
import { progressHook } from "./scored-model.ts";

/** Samples of a file that was made elsewhere, read and found to be this benchmark's. */
export interface ForeignSamples {
  path: string;
  completions: Awaited<ReturnType<typeof import("../../../evaluation/foreign-samples.ts").readCompletions>>;
}

/**
 * Reads samples and checks them, before a sandbox is opened, against the whole benchmark; those of problems beyond
 * `limit` are left out. Throws as the reading and the check do.
 */
export async function openForeignSamples(
  path: string,
  benchmark: Benchmark,
  { limit, k }: { limit: number; k: readonly number[] },
): Promise<ForeignSamples> {
  const { checkCompletions, readCompletions } = await import("../../../evaluation/foreign-samples.ts");
  const { firstProblems } = await import("../../../evaluation/benchmark.ts");
  const completions = checkCompletions(
    await readCompletions(path),
    benchmark,
    firstProblems(benchmark, limit),
    k,
  );
  return { path, completions };
}

interface ForeignPlace {
  benchmark: Benchmark;
  executor: Executor;
  interruption: Interruption;
}

/** Judges samples that were made elsewhere; after Ctrl-C the report and the records are of those judged until then. */
export async function judgeForeign(
  { path, completions }: ForeignSamples,
  { benchmark, executor, interruption }: ForeignPlace,
  options: EvalOptions,
): Promise<{ report: EvaluationReport; records: SampleRecord[] }> {
  const { scoreCompletions } = await import("../../../evaluation/foreign-samples.ts");
  const { summarise } = await import("../../../evaluation/result.ts");
  const startedAt = Date.now();
  const line = new ProgressLine();
  using keeping = interruption.keep();
  const { signal } = keeping;
  const hooks = { onProgress: progressHook(line, basename(path)), signal };
  const records = await scoreCompletions({ benchmark, completions, executor, hooks });
  const partial = signal.aborted;
  if (partial) {
    line.drop();
    say(`Ended by Ctrl-C with ${records.length} of ${completions.length} samples judged.`);
    process.exitCode = 130;
  }
  line.end();
  const seconds = (Date.now() - startedAt) / 1000;
  const about = {
    model: path,
    settings: null,
    setup: dataSetup(options),
    samplesFile: path,
    times: null,
    partial,
    seconds,
  };
  return { report: summarise(benchmark, records, options.k, about), records };
}

/** Writes each sample's verdict beside the file of samples. */
export async function writeForeignVerdicts(
  { path, completions }: ForeignSamples,
  records: readonly SampleRecord[],
): Promise<void> {
  const { verdictsFile, writeVerdicts } = await import("../../../evaluation/foreign-verdicts.ts");
  const file = verdictsFile(path);
  await writeVerdicts(file, completions, records);
  say(style.dim(`verdict of each sample: ${file}`));
}
