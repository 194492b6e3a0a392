import { expect, test } from "bun:test";
import { join } from "node:path";
import { comparisons } from "../../benchmarks/learning-parts/comparisons.ts";
import { report } from "../../benchmarks/learning-parts/report.ts";
import {
  type Answers,
  type AnswersBySet,
  type Played,
  type Problem,
  type Results,
  readResults,
  writeResults,
} from "../../benchmarks/learning-parts/results.ts";
import { temporaryFolder } from "../runs/fixtures.ts";

const problems: Problem[] = ["deduction", "deduction", "abduction", "abduction"].map((group, i) => ({
  id: String(i),
  group,
  twin: i === 0,
}));
const greedy = (...right: number[]): Answers => ({
  samples: 1,
  right,
  thoughts: { deduction: right[0] ?? 0 },
});
const sampled = (...right: number[]): Answers => ({ samples: 4, right, thoughts: {} });

function answers(right: Answers, drawn: Answers): AnswersBySet {
  const own = { greedy: right, "sampled at 1": drawn };
  return {
    unseen: own,
    fresh: { greedy: own.greedy },
    "tiny-heldout": own,
    "made to think": { greedy: right },
    "azr-mini": { greedy: right },
  };
}

function played(variant: string, seed: number, right: Answers, drawn: Answers): Played {
  const curves = { "solve/deduction/reward": [1, 2].map((step): [number, number] => [step, seed / 10]) };
  return {
    variant,
    seed,
    settings: [],
    recipe: "r",
    made: "a day",
    answers: answers(right, drawn),
    curves,
    met: { unseen: 1 },
    skeletons: { deduction: 0.5 },
    difficulty: { deduction: [0.4, 0.6] },
  };
}

const results: Results = {
  basis: "b",
  problems: {
    unseen: problems,
    fresh: problems,
    "tiny-heldout": problems,
    "made to think": problems,
    "azr-mini": problems,
  },
  start: answers(greedy(0, 0, 1, 0), sampled(1, 0, 2, 4)),
  runs: [
    played("tiny", 1, greedy(1, 1, 1, 0), sampled(4, 2, 2, 4)),
    played("tiny", 0, greedy(1, 0, 1, 0), sampled(4, 2, 2, 0)),
    played("solver-only", 0, greedy(0, 0, 1, 1), sampled(0, 0, 0, 0)),
  ],
};

const cells = (table: string, variant: string, score: string) =>
  table
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .find(([, name, kind]) => name === variant && kind === score);
const interval = (cell = "") => [...cell.matchAll(/[+-][\d.]+/g)].map(([number]) => Number(number));
const table = (title: string) => comparisons(results, "unseen").find(([own]) => own === title)?.[2] ?? "";

test("a variant's seeds are held against the start model, by group", () => {
  expect(cells(table("Greedy"), "tiny", "all")?.slice(3, 6)).toEqual(["25.0", "62.5", "75.0 50.0"]);
  expect(cells(table("Greedy"), "tiny", "deduction")?.slice(3, 5)).toEqual(["0.0", "75.0"]);
  // Seeds 0.75 and 0.5: 12.706 times a standard error of 0.125, which the problems' own chance makes wider still.
  const [value = 0, low = 0, high = 0] = interval(cells(table("Greedy"), "tiny", "all")?.[6]);
  expect(value).toBe(37.5);
  expect(high - value).toBeGreaterThan(158.8);
  expect(high - value).toBeLessThan(170);
  expect(value - low).toBeGreaterThan(158.8);
  // An ablation stands beside the preset alone.
  expect(cells(table("Greedy"), "solver-only", "all")).toBeUndefined();
  expect(cells(table("Greedy, beside tiny"), "solver-only", "deduction")?.slice(3, 5)).toEqual([
    "75.0",
    "0.0",
  ]);
});

test("at its best the start model has the better of its ways in each group", () => {
  const best = table("Sampled at temperature 1, beside the start model at its best");
  // Deduction sampled (1/8), abduction sampled (6/8 beside 1/2 greedily).
  expect(cells(best, "tiny", "deduction")?.slice(3, 5)).toEqual(["12.5", "75.0"]);
  expect(cells(best, "tiny", "abduction")?.slice(3, 5)).toEqual(["75.0", "50.0"]);
  expect(
    cells(table("One of four right (pass@4), sampled at temperature 1"), "tiny", "all")?.slice(3, 5),
  ).toEqual(["75.0", "87.5"]);
});

test("what nothing was right in is left out, and equal answers differ by nothing", () => {
  const equal: Results = {
    ...results,
    runs: [played("control", 0, greedy(0, 0, 1, 0), sampled(1, 0, 2, 4))],
  };
  const [, , rows = ""] = comparisons(equal, "unseen").find(([title]) => title === "Greedy") ?? [];
  expect(cells(rows, "control", "deduction")).toBeUndefined();
  expect(cells(rows, "control", "abduction")?.slice(3, 7)).toEqual(["50.0", "50.0", "50.0", "0"]);
});

test("deductions are told apart by what the warm start had", () => {
  const byTwin = table("Greedy, deduction by what the warm start had");
  expect(cells(byTwin, "tiny", "twin")?.slice(4, 5)).toEqual(["100.0"]);
  expect(cells(byTwin, "tiny", "new computation")?.slice(4, 5)).toEqual(["50.0"]);
});

test("the page has every set and what was measured of the runs, and is the same of results that were kept", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "results.json");
  expect(readResults(path)).toBeNull();
  writeResults(path, results);
  const page = report(readResults(path) as Results, "a day.");
  expect(page).toBe(report(results, "a day."));
  for (const title of ["## Unseen", "## Tiny-heldout", "## Azr-mini", "### Reward of answers"])
    expect(page).toContain(title);
  expect(page).toContain("- tiny (preset, seeds 0, 1): the preset tiny");
  expect(page).toContain("| tiny | deduction | 0 | 0.00 |");
  // Means of two seeds on the unseen problems; hardness of the own tasks; the share of different skeletons.
  expect(page).toContain("| as it comes |  | 0.0 | 50.0 |\n| tiny | 2 | 75.0 | 50.0 |");
  expect(page).toContain("| tiny | deduction | 40.0 40.0 | 60.0 60.0 |");
});
