import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { BenchmarkName } from "../../src/config/benchmark-name.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Problem } from "../../src/evaluation/benchmark.ts";
import { readBenchmark } from "../../src/evaluation/benchmarks/registry.ts";
import { scoreCompletions } from "../../src/evaluation/foreign-samples.ts";
import { openSandbox } from "../../src/sandbox/index.ts";

/**
 * The whole benchmarks' own solutions pass. Their data lies in the folder that AZR_BENCHMARK_DATA names, or in
 * ../shared/data; the project does not hold it, and without it these tests are left out and say so. The formats
 * themselves are tested without it (benchmarks.test.ts, judging.real.test.ts).
 */
const root = join(import.meta.dir, "..", "..");
const data = process.env.AZR_BENCHMARK_DATA ?? join(root, "..", "shared", "data");

/** File, and how many of how many solutions pass. */
const CASES: [BenchmarkName, string, number, number][] = [
  ["humaneval", "HumanEval.jsonl.gz", 164, 164],
  ["humaneval-plus", "HumanEvalPlus-Mini.jsonl.gz", 164, 164],
  ["mbpp", "mbpp.jsonl.gz", 500, 500],
  ["apps", "apps-sample.jsonl", 101, 101],
  ["cruxeval-i", "cruxeval.jsonl.gz", 800, 800],
  ["cruxeval-o", "cruxeval.jsonl.gz", 800, 800],
  ["gsm8k", "gsm8k-test.jsonl.gz", 1319, 1319],
];

for (const [name, file, passed, all] of CASES) {
  const path = join(data, file);
  const present = existsSync(path);
  if (!present)
    console.warn(`left out: ${name}, since AZR_BENCHMARK_DATA names no folder that holds ${file}`);
  test.if(present)(
    `the references of ${name}: ${passed} of ${all}`,
    async () => {
      const benchmark = await readBenchmark(name, path);
      await using executor = await openSandbox(loadConfig().sandbox);
      const solutions = (problem: Problem): readonly string[] =>
        "solutions" in problem ? (problem.solutions as string[]) : [problem.reference];
      const completions = benchmark.problems.flatMap((problem) =>
        solutions(problem).map((completion) => ({ task_id: problem.id, completion })),
      );
      expect(completions).toHaveLength(all);
      const records = await scoreCompletions({ benchmark, completions, executor });
      const failed = records.filter((record) => !record.passed);
      expect(failed.map(({ task_id, sample, error }) => ({ task_id, sample, error }))).toEqual([]);
      expect(records.length - failed.length).toBe(passed);
    },
    900_000,
  );
}
