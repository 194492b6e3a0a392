import { expect, test } from "bun:test";
import type { RolloutRecord } from "../../src/runs/records.ts";
import { stepMetrics, tally, uniqueShare } from "../../src/selfplay/metrics.ts";
import { programKey } from "../../src/selfplay/program-key.ts";
import { found, rejected } from "../../src/selfplay/rejection.ts";
import { makeRollout } from "../runs/fixtures.ts";

function proposal(fields: Partial<RolloutRecord>, trajectory: number | null = 0) {
  const { advantage: _, ...rollout } = makeRollout({ role: "propose", ...fields });
  return { ...rollout, trajectory };
}

test("figures of a step by hand: parts of the reward, lengths, flags, unique programs, histogram", () => {
  const parts = (format: number, learnability: number) => ({ format, learnability });
  const metrics = stepMetrics({
    types: ["deduction"],
    rollouts: [
      proposal({
        reward: 0.5,
        components: parts(0, 0.5),
        programKey: "a",
        promptTokens: 10,
        responseTokens: 4,
      }),
      proposal({
        reward: 0.25,
        components: parts(0, 0.25),
        programKey: "a",
        promptTokens: 20,
        responseTokens: 8,
      }),
      proposal({
        reward: -1,
        components: parts(-1, 0),
        verdict: "forbidden-import",
        flags: ["import:os"],
        finish: "length",
        promptTokens: 30,
        responseTokens: 12,
      }),
      // An empty response is stored but not trained on.
      proposal({ reward: -1, components: parts(-1, 0), verdict: "no-program", responseTokens: 0 }, null),
    ],
    proposals: [
      { type: "deduction", group: "a", redraws: 3, given: 0 },
      { type: "deduction", group: "a", redraws: 3, given: 0 },
      { type: "deduction", group: "b", redraws: 1, given: 2 },
    ],
    leftOut: new Map([["deduction", 3]]),
    answers: [],
    admitted: new Map([["deduction", 2]]),
    newSolveRates: new Map([["deduction", [0, 0.25, 0.3, 0.5, 0.875, 1, 1]]]),
    bufferSizes: new Map([["deduction", 9]]),
  });
  expect(metrics).toEqual({
    "propose/deduction/rollouts": 4,
    "propose/deduction/reward": -0.25 / 3,
    "propose/deduction/component/format": -1 / 3,
    "propose/deduction/component/learnability": 0.25,
    "propose/deduction/prompt_tokens": 65 / 4,
    "propose/deduction/prompt_tokens_max": 30,
    "propose/deduction/response_tokens": 6,
    "propose/deduction/response_tokens_max": 12,
    "propose/deduction/cut": 0.25,
    "propose/deduction/flagged": 0.25,
    "propose/deduction/verdict/ok": 2,
    "propose/deduction/verdict/forbidden-import": 1,
    "propose/deduction/verdict/no-program": 1,
    "propose/deduction/validity": 0.5,
    "propose/deduction/learnability": 0.375,
    "propose/deduction/admitted": 2,
    "propose/deduction/unique": 0.5,
    "propose/deduction/redraws": 4,
    "propose/deduction/left_out": 3,
    "propose/deduction/composites": 1,
    "propose/deduction/new_tasks/0": 1,
    "propose/deduction/new_tasks/0-0.25": 1,
    "propose/deduction/new_tasks/0.25-0.5": 2,
    "propose/deduction/new_tasks/0.5-0.75": 0,
    "propose/deduction/new_tasks/0.75-1": 1,
    "propose/deduction/new_tasks/1": 2,
    "solve/deduction/rollouts": 0,
    "solve/deduction/new_solve_rate": 3.925 / 7,
    "buffer/deduction/tasks": 9,
  });
});

test("a role that is not trained has its reward from all of its rollouts; without learnability there is no figure of it", () => {
  const answer = (reward: number, verdict: string) =>
    proposal({ role: "solve", reward, components: { format: 0, correctness: reward }, verdict }, null);
  const metrics = stepMetrics({
    types: ["deduction"],
    rollouts: [
      answer(1, "ok"),
      answer(-0.5, "wrong"),
      proposal({ reward: 10, components: { format: 0, correctness: 10 } }),
    ],
    proposals: [],
    leftOut: new Map(),
    answers: [],
    admitted: new Map(),
    newSolveRates: new Map(),
    bufferSizes: new Map(),
  });
  expect(metrics).toMatchObject({
    "solve/deduction/reward": 0.25,
    "solve/deduction/component/correctness": 0.25,
    "propose/deduction/reward": 10,
  });
  expect(metrics).not.toHaveProperty("propose/deduction/learnability");
  expect(metrics).not.toHaveProperty("propose/deduction/left_out");
});

test("the key of a program: comments and blank lines do not count, inputs do for induction alone", () => {
  const task = (program: string, input: string) =>
    found({ program, inputs: [input], outputs: ["1"], message: null });
  const key = (type: "deduction" | "induction", program: string, input: string) =>
    programKey({ type, task: task(program, input) });
  const plain = key("deduction", "def f(a):\n    return a", "1");
  expect(plain).toMatch(/^[0-9a-f]{64}$/);
  expect(key("deduction", "# same\n\ndef f(a):\n    return a", "2")).toBe(plain as string);
  expect(key("deduction", "def f(a):\n    return a + 1", "1")).not.toBe(plain);
  expect(key("induction", "def f(a):\n    return a", "1")).not.toBe(
    key("induction", "def f(a):\n    return a", "2"),
  );
  expect(programKey({ type: "deduction", task: rejected("timeout") })).toBeNull();
});

test("shares and tallies", () => {
  expect(uniqueShare([])).toBeUndefined();
  expect(uniqueShare(["a", "b", "a", "a"])).toBe(0.5);
  expect(tally(["a", "b", "a"])).toEqual({ a: 2, b: 1 });
});
