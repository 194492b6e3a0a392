import { expect, test } from "bun:test";
import { batchesOf } from "../../src/evaluation/suites/batches.ts";
import { VALUE_CHARACTERS } from "../../src/evaluation/suites/solution.ts";

const calls = (count: number) => Array.from({ length: count }, (_, i) => `f(${i % 10})`);

test("many calls of large values are shared out so that each has room for its value twice", () => {
  const sizes = calls(400).map(() => 800);
  const batches = batchesOf(calls(400), sizes);
  // 2 x 800 + 4 + 64 = 1668 characters of 300,000 each.
  expect(batches.map(({ first, most }) => [first, most.length])).toEqual([
    ...[0, 179, 358].map((first) => [first, Math.min(179, 400 - first)]),
  ]);
  for (const { most } of batches) {
    expect(Math.min(...most)).toBeGreaterThanOrEqual(1668);
    expect(most.reduce((sum, room) => sum + room, 0)).toBeLessThanOrEqual(VALUE_CHARACTERS);
  }
});

test("many calls of small values stay together; a value that fills a process has it to itself", () => {
  expect(
    batchesOf(
      calls(900),
      calls(900).map(() => 16),
    ),
  ).toHaveLength(1);
  const [before, alone, after] = batchesOf(calls(5), [16, 16, 10 ** 9, 16, 16]);
  expect([before?.first, alone?.first, after?.first]).toEqual([0, 2, 3]);
  expect(alone?.most).toEqual([VALUE_CHARACTERS]);
  expect(batchesOf([], [])).toEqual([]);
});
