import { expect, test } from "bun:test";
import { solverReward } from "../../../src/selfplay/rewards/solver-reward.ts";
import { makeConfig } from "../../runs/fixtures.ts";

const paper = makeConfig().rewards;
const table = makeConfig({ rewards: { table: { types: ["deduction"] } } }).rewards;

test.each([
  ["right", { formatted: true, correct: true, found: true }, [0, 1], [0, 10]],
  ["wrong", { formatted: true, correct: false, found: true }, [0, -0.5], [0, 0]],
  ["no literal", { formatted: false, correct: false, found: true }, [-1, 0], [1, 0]],
  ["right, in a broken format", { formatted: false, correct: true, found: true }, [-1, 0], [1, 0]],
  ["no answer", { formatted: false, correct: false, found: false }, [-1, 0], [-10, 0]],
] as const)("%s", (_, answer, inPaper, inTable) => {
  const parts = ([format, correctness]: readonly [number, number]) => ({ format, correctness });
  expect(solverReward("deduction", answer, paper)).toEqual(parts(inPaper));
  expect(solverReward("deduction", answer, table)).toEqual(parts(inTable));
  expect(solverReward("abduction", answer, table)).toEqual(parts(inPaper));
});
