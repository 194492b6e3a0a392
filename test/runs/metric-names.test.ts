import { expect, test } from "bun:test";
import {
  expandMetric,
  METRICS,
  metricEntry,
  SOLVE_RATE_BINS,
  solveRateBin,
} from "../../src/runs/metric-names.ts";

test("a name finds its own entry, whatever stands in the brackets", () => {
  const entryOf = (name: string) => metricEntry(name)?.name;
  expect(entryOf("propose/deduction/reward")).toBe("<role>/<type>/reward");
  expect(entryOf("solve/induction/verdict/not-literal")).toBe("<role>/<type>/verdict/<verdict>");
  expect(entryOf("propose/abduction/new_tasks/0.25-0.5")).toBe("propose/<type>/new_tasks/<bin>");
  expect(entryOf("flags/import:os.path")).toBe("flags/<flag>");
  expect(entryOf("evaluation/humaneval/pass@1/low")).toBe("evaluation/<benchmark>/<score>");
  for (const name of [
    "propose/deduction",
    "judge/deduction/reward",
    "propose/chemistry/reward",
    "propose/deduction/new_tasks/0.3",
    "solve/deduction/validity",
    "update/lossy",
    "seconds/",
  ])
    expect(metricEntry(name)).toBeNull();
});

test("no entry shadows another, and each has words", () => {
  for (const { name, meaning } of METRICS) {
    const example = name
      .replace("<role>", "propose")
      .replace("<type>", "deduction")
      .replace("<bin>", "0")
      .replace(/<[a-z]+>/g, "x");
    // A part of a step is a path of its own beside the step as a whole.
    if (name !== "seconds/step") expect(metricEntry(example)?.name).toBe(name);
    expect(meaning.length).toBeGreaterThan(10);
  }
  expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
});

test("solve rates by bin: 0 and 1 on their own, an edge counts below it", () => {
  const bins = [0, 0.125, 0.25, 0.251, 0.5, 0.75, 0.76, 0.999, 1].map(solveRateBin);
  expect(bins).toEqual([
    "0",
    "0-0.25",
    "0-0.25",
    "0.25-0.5",
    "0.25-0.5",
    "0.5-0.75",
    "0.75-1",
    "0.75-1",
    "1",
  ]);
  expect(new Set(bins).size).toBe(SOLVE_RATE_BINS.length);
});

test("a documented name stands for one figure of each role and type", () => {
  expect(expandMetric("<role>/<type>/cut", ["deduction", "induction"])).toEqual([
    "propose/deduction/cut",
    "propose/induction/cut",
    "solve/deduction/cut",
    "solve/induction/cut",
  ]);
  expect(expandMetric("flags/<flag>", ["deduction"])).toEqual(["flags/<flag>"]);
});
