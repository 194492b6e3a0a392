import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { readHumanEval } from "../../src/evaluation/benchmarks/humaneval.ts";
import { fetchHumanEval } from "../../src/evaluation/benchmarks/humaneval-data.ts";
import { scoreCompletions } from "../../src/evaluation/foreign-samples.ts";
import { countByProblem } from "../../src/evaluation/sample-record.ts";
import { openSandbox } from "../../src/sandbox/index.ts";

test("the reference solutions pass 164 of 164 and empty completions none", async () => {
  const benchmark = await readHumanEval(await fetchHumanEval());
  await using executor = await openSandbox(loadConfig().sandbox);
  const score = async (completion: (reference: string) => string) => {
    const completions = benchmark.problems.map(({ id, reference }) => ({
      task_id: id,
      completion: completion(reference),
    }));
    const records = await scoreCompletions({ benchmark, completions, executor });
    return {
      passed: countByProblem(benchmark, records).reduce((sum, { passed }) => sum + passed, 0),
      records,
    };
  };
  const references = await score((reference) => reference);
  expect(references.records.filter((record) => !record.passed)).toEqual([]);
  expect(references.passed).toBe(164);
  expect((await score(() => "    pass\n")).passed).toBe(0);
}, 300_000);
