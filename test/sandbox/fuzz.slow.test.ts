import { expect, test } from "bun:test";
import { fuzzFrames, fuzzLiterals } from "./fuzz.ts";

const INPUTS = Number(process.env.AZR_FUZZ_INPUTS ?? 1_000_000);

test.each([
  ["streams of frames", fuzzFrames],
  ["texts of literals", fuzzLiterals],
] as const)(
  "a million mutated %s: no crash, no hang, bounded memory",
  (what, fuzz) => {
    const report = fuzz(INPUTS);
    console.log(
      `${what}: ${report.inputs} inputs, ${report.taken} taken, slowest ${report.slowestMs.toFixed(1)} ms, grown ${(report.grownBytes / 2 ** 20).toFixed(1)} MiB`,
    );
    expect(report.taken).toBeGreaterThan(INPUTS / 200);
    expect(report.taken).toBeLessThan(INPUTS);
    // A hang is what this is for; a machine under load may stop any process for a while.
    expect(report.slowestMs).toBeLessThan(5_000);
    expect(report.grownBytes).toBeLessThan(300 << 20);
  },
  600_000,
);
