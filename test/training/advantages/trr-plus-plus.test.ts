import { expect, test } from "bun:test";
import type { Trajectory } from "../../../src/interfaces/trajectory.ts";
import { trrPlusPlus } from "../../../src/training/advantages/trr-plus-plus.ts";

function trajectory(
  role: Trajectory["role"],
  type: Trajectory["type"],
  reward: number,
  length = 1,
): Trajectory {
  return {
    promptTokens: [1],
    responseTokens: new Array<number>(length).fill(2),
    temperature: 1,
    logProbabilities: new Float32Array(length),
    reward,
    role,
    type,
    group: "g",
  };
}

test("rewards are standardised within each role and type, one vote per sequence", () => {
  // Solve deduction: rewards 1, 0, -0.5, 0.5 have mean 0.25 and deviation sqrt(1.25 / 3).
  // Propose deduction: -1 and 1 have mean 0 and deviation sqrt(2). Lengths do not matter.
  const batch = [
    trajectory("solve", "deduction", 1, 50),
    trajectory("propose", "deduction", -1),
    trajectory("solve", "deduction", 0),
    trajectory("solve", "deduction", -0.5, 3),
    trajectory("propose", "deduction", 1, 9),
    trajectory("solve", "deduction", 0.5),
  ];
  const { values, groups } = trrPlusPlus(batch);
  const deviation = Math.sqrt(1.25 / 3);
  const expected = [0.75 / deviation, -1 / Math.SQRT2, -0.25 / deviation, -0.75 / deviation, 1 / Math.SQRT2];
  [...expected, 0.25 / deviation].forEach((value, i) => {
    expect(values[i]).toBeCloseTo(value, 6);
  });
  expect(groups).toEqual([
    {
      role: "solve",
      type: "deduction",
      trajectories: 4,
      rewardMean: 0.25,
      rewardDeviation: expect.closeTo(deviation, 12),
      kept: true,
    },
    {
      role: "propose",
      type: "deduction",
      trajectories: 2,
      rewardMean: 0,
      rewardDeviation: expect.closeTo(Math.SQRT2, 12),
      kept: true,
    },
  ]);
});

test("a group without variance is dropped, and so is a group of one", () => {
  const batch = [
    // Three times 0.1 has a mean that is not exactly 0.1: equality decides, not the deviation.
    trajectory("solve", "abduction", 0.1),
    trajectory("solve", "abduction", 0.1),
    trajectory("solve", "abduction", 0.1),
    trajectory("propose", "induction", 0.7),
    trajectory("solve", "induction", 0),
    trajectory("solve", "induction", 1),
  ];
  const { values, groups } = trrPlusPlus(batch);
  expect(values.map(Number.isNaN)).toEqual([true, true, true, true, false, false]);
  expect(groups.map(({ kept }) => kept)).toEqual([false, false, true]);
  expect(groups.map(({ rewardDeviation }) => rewardDeviation)).toEqual([0, 0, Math.sqrt(0.5)]);
});

test("an empty batch has no groups", () => {
  expect(trrPlusPlus([])).toEqual({ values: [], groups: [] });
});
