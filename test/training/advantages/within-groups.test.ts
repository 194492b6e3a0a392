import { describe, expect, test } from "bun:test";
import type { Trajectory } from "../../../src/interfaces/trajectory.ts";
import { batchBaseline, batchNormalised } from "../../../src/training/advantages/batch-relative.ts";
import { groupRelative } from "../../../src/training/advantages/group-relative.ts";
import { trrPlusPlus } from "../../../src/training/advantages/trr-plus-plus.ts";

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

describe("a penalty", () => {
  // Of group a (deviation sqrt(1/3) of its rewards): 0.3 in all, mean 0.075.
  const penalties = [0.2, 0, 0, 5, 9, 0.1, -9, 0.6, 0];

  test("is divided by the deviation of the tasks' rewards, so that its weight stays", () => {
    const { values, groups } = groupRelative({ baseline: "prompt", standard_deviation: true })(
      batch,
      penalties,
    );
    const [a, d] = [Math.sqrt(1 / 3), Math.sqrt(4.5)];
    // Rewards less penalties: a 0.8, 0, -0.1, 1 (mean 0.425); d -1, 1.4 (mean 0.2).
    const expected = [
      0.375 / a,
      -1.2 / d,
      -0.425 / a,
      Number.NaN,
      Number.NaN,
      -0.525 / a,
      Number.NaN,
      1.2 / d,
      0.575 / a,
    ];
    values.forEach((value, i) => {
      if (Number.isNaN(expected[i])) expect(value).toBeNaN();
      else expect(value).toBeCloseTo(expected[i] as number, 6);
    });
    expect(groups[0]?.rewardDeviation).toBeCloseTo(a, 12);
  });

  test("alone makes no advantage: six equal rewards stay dropped", () => {
    const equal = Array.from({ length: 6 }, () => trajectory("a", 1));
    const penalties = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06];
    for (const estimate of [
      groupRelative({ baseline: "prompt", standard_deviation: true }),
      groupRelative({ baseline: "prompt", standard_deviation: false }),
      groupRelative({ baseline: "batch", standard_deviation: true }),
      batchBaseline,
      batchNormalised,
      trrPlusPlus,
    ]) {
      const { values, groups } = estimate(equal, penalties);
      expect(values.every(Number.isNaN)).toBe(true);
      expect(groups.map(({ kept, rewardDeviation }) => [kept, rewardDeviation])).toEqual([[false, 0]]);
    }
  });

  test("counts in every estimator, twice as much at twice the coefficient", () => {
    const rewards = [1, 0, -0.5, 0.5].map((reward) => trajectory("a", reward));
    const penalties = [0.4, 0, 0, 0];
    const deviation = Math.sqrt(1.25 / 3);
    for (const [estimate, scale] of [
      [batchBaseline, 1],
      [batchNormalised, deviation],
      [trrPlusPlus, deviation],
      [groupRelative({ baseline: "prompt", standard_deviation: false }), 1],
    ] as const) {
      const none = estimate(rewards).values;
      for (const times of [1, 2]) {
        const some = estimate(
          rewards,
          penalties.map((penalty) => penalty * times),
        ).values;
        // Of 0.4, three quarters stay with the first; the others gain a quarter each.
        [-0.3, 0.1, 0.1, 0.1].forEach((change, i) => {
          expect((some[i] as number) - (none[i] as number)).toBeCloseTo((times * change) / scale, 6);
        });
      }
    }
  });
});
