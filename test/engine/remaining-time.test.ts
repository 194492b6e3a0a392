import { expect, test } from "bun:test";
import { remainingTime } from "../../src/engine/remaining-time.ts";

const finished = [40, 10, 30, 12].map((seconds, i) => ({ step: i + 1, seconds }));

test("the median step after the first, for each step left", () => {
  expect(remainingTime({ finished, stepsLeft: 3, elapsedMs: 0 })).toBe(36_000);
  expect(remainingTime({ finished: finished.slice(0, 3), stepsLeft: 1, elapsedMs: 0 })).toBe(20_000);
});

test("what the step under way has used is taken off, but never of the others", () => {
  expect(remainingTime({ finished, stepsLeft: 3, elapsedMs: 2000 })).toBe(34_000);
  expect(remainingTime({ finished, stepsLeft: 3, elapsedMs: 99_000 })).toBe(24_000);
});

test("unknown before a second step, zero at the end", () => {
  expect(remainingTime({ finished: finished.slice(0, 1), stepsLeft: 3, elapsedMs: 0 })).toBeNull();
  expect(remainingTime({ finished, stepsLeft: 0, elapsedMs: 0 })).toBe(0);
});
