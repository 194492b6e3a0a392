import { basename } from "node:path";
import type { Benchmark } from "../../../evaluation/benchmark.ts";
import type { EvaluationReport } from "../../../evaluation/report.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { ProgressLine } from "../../progress-line.ts";
import { say } from "../../terminal.ts";
import { catchInterruption } from "./interruption.ts";
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

/** Judges samples that were made elsewhere; after Ctrl-C the report is of those judged until then. */
export async function judgeForeign(
  { path, completions }: ForeignSamples,
  benchmark: Benchmark,
  executor: Executor,
  ks: readonly number[],
): Promise<EvaluationReport> {
  const { scoreCompletions } = await import("../../../evaluation/foreign-samples.ts");
  const { summarise } = await import("../../../evaluation/result.ts");
  const startedAt = Date.now();
  const line = new ProgressLine();
  using interruption = catchInterruption();
  const { signal } = interruption;
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
  const about = { model: path, settings: null, samplesFile: path, times: null, partial, seconds };
  return summarise(benchmark, records, ks, about);
}
