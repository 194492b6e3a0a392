import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { fill, microbatches } from "../../src/training/batcher.ts";

function trajectory(promptTokens: number[], responseTokens: number[], temperature = 1): Trajectory {
  return {
    promptTokens,
    responseTokens,
    temperature,
    logProbabilities: Float32Array.from(responseTokens, (_, i) => -0.5 * (i + 1)),
    reward: 0,
    role: "solve",
    type: "deduction",
    group: "g",
  };
}

test("a row holds a prompt once and its responses, and where each token is predicted", () => {
  const batch = [
    trajectory([6], [7, 8], 0.5),
    trajectory([1, 2], [3, 4, 5]),
    trajectory([9, 9, 9], [9]),
    trajectory([1, 2], [4], 0),
  ];
  expect(microbatches(batch, [-1, 2, Number.NaN, 3], 100)).toEqual([
    {
      members: [1, 3, 0],
      // The second response to [1, 2] has one token, which nothing is predicted from.
      tokens: Int32Array.of(1, 2, 3, 4, 6, 7),
      positions: Int32Array.of(0, 1, 2, 3, 0, 1),
      segments: Int32Array.from(
        [
          [0, 2, 0, 0],
          [2, 4, 0, 2],
          [4, 5, 4, 4],
          [5, 6, 4, 5],
        ].flat(),
      ),
      trees: Int32Array.of(0, 2, 4),
      predictors: Int32Array.of(1, 2, 3, 1, 4, 5),
      targets: Int32Array.of(3, 4, 5, 4, 7, 8),
      // Three sequences are kept: a third each, shared by their tokens.
      weights: Float32Array.of(1 / 9, 1 / 9, 1 / 9, 1 / 3, 1 / 6, 1 / 6),
      advantages: Float32Array.of(2, 2, 2, 3, -1, -1),
      sampled: Float32Array.of(-0.5, -1, -1.5, -0.5, -0.5, -1),
      inverseTemperatures: Float32Array.of(1, 1, 1, 1, 2, 2),
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

test("rows keep to the budget and hold everything once; what exceeds it goes alone", () => {
  const sized = (size: number) => ({ size });
  expect(fill([30, 500, 60, 50].map(sized), 100)).toEqual([
    [sized(500)],
    [sized(60), sized(30)],
    [sized(50)],
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 300 })),
      fc.integer({ min: 1, max: 900 }),
      (sizes, budget) => {
        const rows = fill(sizes.map(sized), budget);
        for (const row of rows) {
          const size = row.reduce((sum, tree) => sum + tree.size, 0);
          expect(size <= budget || row.length === 1).toBe(true);
        }
        const ascending = (values: number[]) => values.toSorted((a, b) => a - b);
        expect(ascending(rows.flat().map(({ size }) => size))).toEqual(ascending(sizes));
      },
    ),
  );
});

test("a prompt with more responses than fit is repeated in every piece", () => {
  const prompt = Array.from({ length: 50 }, (_, i) => i);
  const batch = Array.from({ length: 9 }, () => trajectory(prompt, new Array<number>(21).fill(1)));
  const rows = microbatches(batch, new Array<number>(9).fill(1), 120);
  expect(rows.map(({ members }) => members)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
    [6, 7, 8],
  ]);
  for (const { tokens, trees } of rows) expect([tokens.length, [...trees]]).toEqual([110, [0, 4]]);
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
