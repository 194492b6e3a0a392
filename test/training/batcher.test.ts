import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { microbatches, partition } from "../../src/training/batcher.ts";

function trajectory(promptTokens: number[], responseTokens: number[]): Trajectory {
  return {
    promptTokens,
    responseTokens,
    logProbabilities: Float32Array.from(responseTokens, (_, i) => -0.5 * (i + 1)),
    reward: 0,
    role: "solve",
    type: "deduction",
    group: "g",
  };
}

test("a microbatch holds inputs, the states that predict each response token, targets and weights", () => {
  const batch = [trajectory([1, 2], [3, 4, 5]), trajectory([9, 9, 9], [9]), trajectory([6], [7, 8])];
  const packed = microbatches(batch, [2, Number.NaN, -1], 100);
  expect(packed).toEqual([
    {
      members: [0, 2],
      shape: [2, 4],
      tokens: Int32Array.of(1, 2, 3, 4, 6, 7, 0, 0),
      // State 1 (token 2) predicts 3, state 2 predicts 4, ...; row 1 begins at 4.
      positions: Int32Array.of(1, 2, 3, 4, 5),
      targets: Int32Array.of(3, 4, 5, 7, 8),
      // Two sequences are kept: half each, shared by their tokens.
      weights: Float32Array.of(1 / 6, 1 / 6, 1 / 6, 1 / 4, 1 / 4),
      advantages: Float32Array.of(2, 2, 2, -1, -1),
      sampled: Float32Array.of(-0.5, -1, -1.5, -0.5, -1),
    },
  ]);
});

test("a trajectory without a prompt or a response is refused by its index", () => {
  expect(() => microbatches([trajectory([1], [2]), trajectory([], [1])], [1, 1], 10)).toThrow(
    /trajectory 1 has 0 prompt/,
  );
  expect(() => microbatches([trajectory([1], [])], [1], 10)).toThrow(RangeError);
  // One without an advantage is not looked at.
  expect(microbatches([trajectory([1], [])], [Number.NaN], 10)).toEqual([]);
});

test("the cut keeps to the budget, covers everything in order, and a long sequence goes alone", () => {
  expect(partition([500, 10, 10], 100)).toEqual([
    [0, 1],
    [1, 3],
  ]);
  expect(partition([], 100)).toEqual([]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 })),
      fc.integer({ min: 1, max: 900 }),
      (values, budget) => {
        const lengths = values.sort((a, b) => b - a);
        const runs = partition(lengths, budget);
        let covered = 0;
        for (const [start, end] of runs) {
          expect(start).toBe(covered);
          covered = end;
          const padded = (lengths[start] as number) * (end - start);
          expect(padded <= budget || end === start + 1).toBe(true);
        }
        expect(covered).toBe(lengths.length);
      },
    ),
  );
});

test("a pass of its own is cheaper than much padding", () => {
  // 1000 and ten of 100: together 11,000 padded tokens; apart 2,000.
  expect(partition([1000, ...new Array<number>(10).fill(100)], 100_000)).toEqual([
    [0, 1],
    [1, 11],
  ]);
});

test("the weights of a batch sum to 1 however it is cut", () => {
  const batch = [5, 1, 17, 8, 2].map((n) => trajectory([1, 2, 3], new Array<number>(n).fill(4)));
  const advantages = [1, 2, 3, 4, 5];
  for (const budget of [1, 12, 40, 1000]) {
    const parts = microbatches(batch, advantages, budget);
    const total = parts.flatMap(({ weights }) => [...weights]).reduce((a, b) => a + b, 0);
    expect(total).toBeCloseTo(1, 6);
    expect(parts.flatMap(({ members }) => members).sort()).toEqual([0, 1, 2, 3, 4]);
  }
});
