import { expect, test } from "bun:test";
import { learningRate } from "../../src/training/schedule.ts";

test("the rate rises linearly over the warm-up and stays", () => {
  const schedule = { learning_rate: 0.1, warmup_steps: 4 };
  expect([1, 2, 3, 4, 5, 100].map((update) => learningRate(schedule, update))).toEqual([
    0.025,
    0.05,
    0.1 * 0.75,
    0.1,
    0.1,
    0.1,
  ]);
});

test("without warm-up the first update has the full rate", () => {
  expect(learningRate({ learning_rate: 1e-6, warmup_steps: 0 }, 1)).toBe(1e-6);
});
