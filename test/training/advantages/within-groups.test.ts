import { expect, test } from "bun:test";
import type { Trajectory } from "../../../src/interfaces/trajectory.ts";
import { batchBaseline, batchNormalised } from "../../../src/training/advantages/batch-relative.ts";
import { groupRelative } from "../../../src/training/advantages/group-relative.ts";

const trajectory = (group: string, reward: number, length = 1): Trajectory => ({
  promptTokens: [1],
  responseTokens: new Array<number>(length).fill(2),
  temperature: 1,
  logProbabilities: new Float32Array(length),
  reward,
  role: "solve",
  type: "deduction",
  group,
});

/** Group a: 1, 0, 0, 1 (mean 0.5, deviation sqrt(1/3)); b: 3 alone; c: 0.1 twice; d: -1, 2 (0.5, sqrt(4.5)). */
const batch = [
  trajectory("a", 1, 9),
  trajectory("d", -1),
  trajectory("a", 0),
  trajectory("b", 3),
  trajectory("c", 0.1),
  trajectory("a", 0),
  trajectory("c", 0.1, 5),
  trajectory("d", 2),
  trajectory("a", 1),
];

test("grpo compares the rollouts of a prompt, in units of their deviation", () => {
  const { values, groups } = groupRelative({ baseline: "prompt", standard_deviation: true })(batch);
  const [a, d] = [0.5 / Math.sqrt(1 / 3), 1.5 / Math.sqrt(4.5)];
  const expected = [a, -d, -a, Number.NaN, Number.NaN, -a, Number.NaN, d, a];
  values.forEach((value, i) => {
    if (Number.isNaN(expected[i])) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(expected[i] as number, 6);
  });
  expect(groups.map(({ kept, trajectories }) => [trajectories, kept])).toEqual([
    [4, true],
    [2, true],
    [1, false],
    [2, false],
  ]);
  expect(groups[1]).toEqual({
    trajectories: 2,
    rewardMean: 0.5,
    rewardDeviation: Math.sqrt(4.5),
    kept: true,
  });
});

test("without the deviation (Dr. GRPO) it is the distance from the prompt's mean", () => {
  const { values } = groupRelative({ baseline: "prompt", standard_deviation: false })(batch);
  expect(values).toEqual([0.5, -1.5, -0.5, Number.NaN, Number.NaN, -0.5, Number.NaN, 1.5, 0.5]);
});

test("with the batch as baseline it is the distance from the mean of the role and type, one response to a prompt", () => {
  const proposals = [10, -10].map((reward, i) => ({
    ...trajectory(`p${i}`, reward),
    role: "propose" as const,
  }));
  const answers = [1, 0, 0].map((reward, i) => trajectory(`s${i}`, reward));
  const estimate = groupRelative({ baseline: "batch", standard_deviation: false });
  const { values, groups } = estimate([...proposals, ...answers]);
  expect(groups.map(({ trajectories, rewardMean }) => [trajectories, rewardMean])).toEqual([
    [2, 0],
    [3, 1 / 3],
  ]);
  [10, -10, 2 / 3, -1 / 3, -1 / 3].forEach((distance, i) => {
    expect(values[i]).toBeCloseTo(distance, 9);
  });
});

test("reinforce subtracts the batch's mean", () => {
  const rewards = [1, 0, -0.5, 0.5];
  const { values, groups } = batchBaseline(rewards.map((reward, i) => trajectory(`g${i}`, reward)));
  expect(values).toEqual([0.75, -0.25, -0.75, 0.25]);
  expect(groups).toEqual([
    { trajectories: 4, rewardMean: 0.25, rewardDeviation: Math.sqrt(1.25 / 3), kept: true },
  ]);
});

test("ppo standardises over the batch", () => {
  const rewards = [1, 0, -0.5, 0.5];
  const { values } = batchNormalised(rewards.map((reward, i) => trajectory(`g${i}`, reward)));
  [0.75, -0.25, -0.75, 0.25].forEach((distance, i) => {
    expect(values[i]).toBeCloseTo(distance / Math.sqrt(1.25 / 3), 6);
  });
});

test("a batch of equal rewards, and an empty one, teach nothing", () => {
  for (const estimator of [batchBaseline, batchNormalised]) {
    const flat = estimator([trajectory("a", 0.1), trajectory("b", 0.1), trajectory("c", 0.1)]);
    expect(flat.values.every(Number.isNaN)).toBe(true);
    expect(flat.groups.map(({ kept }) => kept)).toEqual([false]);
    expect(estimator([])).toEqual({ values: [], groups: [] });
  }
});
