import { expect, test } from "bun:test";
import { learnability } from "../../src/selfplay/learnability.ts";
import { proposerReward, solverReward, total } from "../../src/selfplay/rewards.ts";

const paper = { learnability: "paper", wrong: -0.5, malformed: -1 } as const;
const official = { ...paper, learnability: "official" } as const;

test.each([
  [0, 0, -0.5],
  [0.125, 0.875, 0.875],
  [0.5, 0.5, 0.5],
  [0.875, 0.125, 0.125],
  [1, 0, -0.5],
])("solve rate %d: paper %d, official %d", (rate, inPaper, inCode) => {
  expect(learnability(rate, "paper")).toBe(inPaper);
  expect(learnability(rate, "official")).toBe(inCode);
});

test("the proposer's components", () => {
  const valid = { kind: "valid", solveRate: 0.25 } as const;
  expect(proposerReward({ ...valid, formatted: true }, paper)).toEqual({
    format: 0,
    validity: 0,
    learnability: 0.75,
  });
  expect(proposerReward({ ...valid, formatted: false }, paper)).toEqual({
    format: -1,
    validity: 0,
    learnability: 0,
  });
  expect(proposerReward({ kind: "invalid" }, paper)).toEqual({ format: 0, validity: -1, learnability: 0 });
  expect(proposerReward({ kind: "malformed" }, paper)).toEqual({ format: -1, validity: 0, learnability: 0 });
  expect(total(proposerReward({ kind: "valid", formatted: true, solveRate: 1 }, official))).toBe(-0.5);
});

test("the solver's components", () => {
  expect(solverReward({ formatted: true, correct: true }, paper)).toEqual({ format: 0, correctness: 1 });
  expect(solverReward({ formatted: true, correct: false }, paper)).toEqual({ format: 0, correctness: -0.5 });
  expect(solverReward({ formatted: false, correct: true }, paper)).toEqual({ format: -1, correctness: 0 });
});
