import { expect, test } from "bun:test";
import { fuzzFrames, fuzzLiterals } from "./fuzz.ts";

/** The slow tier does the same with a million of each. */
const INPUTS = 10_000;

test.each([
  ["streams of frames", fuzzFrames],
  ["texts of literals", fuzzLiterals],
] as const)("mutated %s are taken or refused, and never do harm", (_what, fuzz) => {
  const report = fuzz(INPUTS);
  expect(report.taken).toBeGreaterThan(INPUTS / 200);
  expect(report.taken).toBeLessThan(INPUTS);
});
