import { expect, test } from "bun:test";
import { PhaseLines } from "../../src/cli/phase-lines.ts";
import { progressText } from "../../src/cli/progress-line.ts";
import { stepTable } from "../../src/cli/step-table.ts";
import type { Progress } from "../../src/engine/protocol.ts";
import { blankSnapshot } from "../engine/blank-snapshot.ts";

const snapshot = (progress: Progress | null, generationRate = 0) =>
  blankSnapshot({ step: 2, totalSteps: 5, progress, generationRate });

const propose = (done: number, elapsedMs: number): Progress => ({
  phase: "propose",
  step: 3,
  done,
  total: 18,
  unit: "samples",
  rate: (1000 * done) / elapsedMs,
  elapsedMs,
});

test("a phase gets its line when the next begins, or the step ends", () => {
  const lines = new PhaseLines();
  expect(lines.next(snapshot(propose(4, 4000), 50))).toBeNull();
  expect(lines.live).toBe(
    "step 3  propose     22%  4 samples / 18 samples  1 samples/s  14s left  50 tokens/s",
  );
  expect(lines.next(snapshot(propose(18, 14_200), 61))).toBeNull();
  const update: Progress = { ...propose(0, 10), phase: "update", total: 0, unit: "tokens" };
  expect(lines.next(snapshot(update, 61))).toBe(
    "step 3  propose      14.2 s  18 samples  1.27 samples/s  61 tokens/s",
  );
  expect(lines.end()).toBe("step 3  update        0.0 s");
  expect(lines.end()).toBeNull();
});

test("the table of a step has a row per role and type that took part", () => {
  const table = stepTable({
    "propose/deduction/rollouts": 6,
    "propose/deduction/reward": -0.5,
    "propose/deduction/validity": 1 / 6,
    "propose/deduction/unique": 0.75,
    "propose/deduction/response_tokens": 98.4,
    "buffer/deduction/tasks": 4,
    "solve/deduction/rollouts": 12,
    "solve/deduction/reward": 0.1,
    "solve/deduction/solve_rate": 0.4,
    "solve/deduction/response_tokens": null,
  });
  expect(table.split("\n").map((line) => line.trim().split(/ +/))).toEqual([
    ["role", "type", "rollouts", "reward", "valid", "unique", "right", "tokens", "buffer"],
    ["propose", "deduction", "6", "-0.50", "17%", "75%", "98", "4"],
    ["solve", "deduction", "12", "0.10", "40%", "-"],
  ]);
  expect(stepTable({ "buffer/deduction/tasks": 1 })).toBe("");
});

test("progress says percent, amounts, rate and remaining time, as far as they are known", () => {
  const value = { label: "mlx", done: 12e6, total: 29e6, unit: "bytes" };
  expect(progressText(value, 4)).toBe("mlx  41%  12 MB / 29 MB  3 MB/s  5s left");
  expect(progressText({ ...value, total: null }, 0)).toBe("mlx  12 MB");
});
