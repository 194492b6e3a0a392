import { expect, test } from "bun:test";
import { learningRate, type Schedule } from "../../src/training/schedule.ts";

const schedule = (changes: Partial<Schedule>): Schedule => ({
  learning_rate: 0.1,
  warmup_steps: 0,
  schedule: "constant",
  min_learning_rate: 0,
  ...changes,
});
const rates = (one: Schedule, updates: number[], total?: number) =>
  updates.map((update) => learningRate(one, update, total));

test("the rate rises linearly over the warm-up and stays", () => {
  expect(rates(schedule({ warmup_steps: 4 }), [1, 2, 3, 4, 5, 100])).toEqual([
    0.025,
    0.05,
    0.1 * 0.75,
    0.1,
    0.1,
    0.1,
  ]);
});

test("without warm-up the first update has the full rate", () => {
  expect(rates(schedule({ learning_rate: 1e-6 }), [1])).toEqual([1e-6]);
});

test("linear falls by equal steps from the peak to the least, which would come after the last update", () => {
  const falling = schedule({ schedule: "linear", warmup_steps: 2, min_learning_rate: 0.02 });
  [0.05, 0.1, 0.08, 0.06, 0.04, 0.02].forEach((rate, i) => {
    expect(learningRate(falling, i + 1, 5)).toBeCloseTo(rate, 12);
  });
});

test("cosine falls along half a cosine", () => {
  const falling = schedule({ schedule: "cosine", min_learning_rate: 0.02 });
  // Quarters of half a cosine: 1, (1 + sqrt(1/2)) / 2, 1/2, (1 - sqrt(1/2)) / 2 of what is above the least.
  [1, (1 + Math.SQRT1_2) / 2, 0.5, (1 - Math.SQRT1_2) / 2, 0, 0].forEach((share, i) => {
    expect(learningRate(falling, i + 1, 4)).toBeCloseTo(0.02 + 0.08 * share, 12);
  });
});

test("a rate that falls needs to know the end, and a warm-up longer than the run only rises", () => {
  expect(() => learningRate(schedule({ schedule: "cosine" }), 1, undefined)).toThrow(RangeError);
  expect(rates(schedule({ schedule: "linear", warmup_steps: 8 }), [1, 2, 4], 4)).toEqual([
    0.0125, 0.025, 0.05,
  ]);
});
