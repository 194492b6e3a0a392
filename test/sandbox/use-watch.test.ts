import { expect, test } from "bun:test";
import { timeLeft } from "../../src/sandbox/use-watch.ts";

test("what a process waits for a processor is not taken off its time", () => {
  expect(timeLeft(1000, 400, 0)).toBe(600);
  expect(timeLeft(1000, 1400, 900)).toBe(500);
  expect(timeLeft(1000, 1001, 0)).toBeLessThan(0);
});

test("one that waits for ever comes to an end at twice the limit", () => {
  expect(timeLeft(1000, 1999, 1900)).toBe(1);
  expect(timeLeft(1000, 60_000, 59_900)).toBeLessThan(0);
});
