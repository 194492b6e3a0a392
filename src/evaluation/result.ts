import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { countByProblem, type SamplingSettings } from "./evaluate.ts";
import { type Score, scorePassAtK } from "./pass-at-k.ts";
import type { SampleRecord } from "./samples.ts";

/** What an evaluation says, as it is printed, stored and compared. */
export interface EvaluationResult {
  benchmark: string;
  /** Model as the user named it, or the file of samples that was scored. */
  model: string;
  problems: number;
  samples: number;
  passed: number;
  /** `pass@1`, ... with a 95% bootstrap interval over problems. */
  scores: Record<string, Score>;
  /** Samples by the sandbox's verdict on their judging program. */
  verdicts: Record<string, number>;
  /** Null for samples made elsewhere. */
  settings: SamplingSettings | null;
  samplesFile: string;
  finishedAt: string;
  seconds: number;
}

/** Sums up records. Throws ConfigError when a k exceeds the samples of a problem. */
export function summarise(
  benchmark: Benchmark,
  records: readonly SampleRecord[],
  ks: readonly number[],
  about: Pick<EvaluationResult, "model" | "settings" | "samplesFile" | "seconds">,
): EvaluationResult {
  const counts = countByProblem(benchmark, records);
  const verdicts: Record<string, number> = {};
  for (const { verdict } of records) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    benchmark: benchmark.name,
    ...about,
    problems: counts.length,
    samples: records.length,
    passed: records.filter((record) => record.passed).length,
    scores: Object.fromEntries(ks.map((k) => [`pass@${k}`, scorePassAtK(counts, k)])),
    verdicts,
    finishedAt: new Date().toISOString(),
  };
}

/** Writes the result beside and renames it, so that a reader never sees half a file. */
export async function writeResult(path: string, result: EvaluationResult): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(result, null, 2)}\n`);
  await rename(`${path}.${process.pid}`, path);
}
