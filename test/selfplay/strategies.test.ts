import { expect, test } from "bun:test";
import type { ConfigInput } from "../../src/config/schema.ts";
import { STRATEGIES } from "../../src/config/strategy.ts";
import { promptStyle } from "../../src/selfplay/prompts/registry.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const IDENTITY = makeTask(1, {
  origin: "seed",
  program: "def f(a):\n    return a",
  inputs: ["7"],
  outputs: ["7"],
});

/** Wrong directly, right step by step in every second sample, and right after that. */
function play(selfplay: ConfigInput["selfplay"]) {
  const generator = scriptedGenerator((prompt, index) => {
    if (/# Task \d+\ndef f\($/.test(prompt)) return "";
    if (prompt.endsWith("# Step by step:\n#")) {
      return index % 2 === 0 ? " a = 7\nassert f(7) == 7\n\n\n" : " a = 7\nassert f(7) == 8\n\n\n";
    }
    if (prompt.endsWith("# Let us think:\n#")) return " It is given back.\nassert f(7) == 7\n\n\n";
    return " 0\n";
  });
  const selfPlay = createSelfPlay({
    config: makeConfig({
      selfplay: {
        prompt: "compact",
        tasks: ["deduction"],
        proposals: 1,
        tasks_per_step: 1,
        references: 0,
        estimation_samples: 4,
        reuse_estimates: true,
        ...selfplay,
      },
    }),
    generator,
    executor: tableExecutor({}),
    tokenizer: byteTokenizer,
    store: { tasks: () => [IDENTITY] },
  });
  return { generator, selfPlay };
}

test("strategies are tried in turn on what is not right yet; every attempt is rewarded and trained on", async () => {
  const { generator, selfPlay } = play({ strategies: ["direct", "step-by-step", "chain-of-thought"] });
  const { rollouts, trajectories, metrics, taskUpdates } = await selfPlay.step(1);
  expect(generator.calls.length).toBe(4);
  const solves = rollouts.filter(({ role }) => role === "solve");
  expect(solves.map(({ strategy, verdict, reward }) => [strategy, verdict, reward])).toEqual([
    ...Array(4).fill(["direct", "wrong", -0.5]),
    ["step-by-step", "ok", 1],
    ["step-by-step", "wrong", -0.5],
    ["step-by-step", "ok", 1],
    ["step-by-step", "wrong", -0.5],
    ["chain-of-thought", "ok", 1],
    ["chain-of-thought", "ok", 1],
  ]);
  expect(solves.every(({ trajectory }) => trajectory !== null)).toBe(true);
  expect(new Set(trajectories.filter((t) => t.role === "solve").map((t) => t.group)).size).toBe(3);
  expect(metrics).toMatchObject({
    "solve/deduction/strategy/direct/rate": 0,
    "solve/deduction/strategy/direct/attempts": 4,
    "solve/deduction/strategy/step-by-step/rate": 0.5,
    "solve/deduction/strategy/chain-of-thought/rate": 1,
    "solve/deduction/strategy/chain-of-thought/attempts": 2,
    // In the end every one of the four samples came to a right answer.
    "solve/deduction/solve_rate": 1,
  });
  expect(taskUpdates).toEqual([{ id: 1, solveRate: 1, timesDrawn: 1 }]);
});

test("direct alone is one generation without figures by strategy", async () => {
  const { generator, selfPlay } = play({});
  const { metrics, rollouts } = await selfPlay.step(1);
  expect(generator.calls.length).toBe(2);
  expect(Object.keys(metrics).filter((name) => name.includes("strategy"))).toEqual([]);
  expect(rollouts.map(({ strategy }) => strategy)).toEqual([null, "direct", "direct", "direct", "direct"]);
});

test("the same strategy twice is refused", () => {
  expect(() => makeConfig({ selfplay: { strategies: ["direct", "direct"] } })).toThrow("each strategy once");
});

test("checks are read from both styles, and the answer behind the work", () => {
  const compact = {
    text: "# assert isinstance(answer, int); assert answer == 7\nassert f(7) == 7",
    stopped: true,
  };
  expect(promptStyle("compact").readChecks(compact)).toEqual(["isinstance(answer, int)", "answer == 7"]);
  expect(promptStyle("compact").readAnswer("deduction", compact, "test-driven")).toMatchObject({
    value: "7",
  });
  const full = {
    text: "<think>\n```tests\nassert f(1) == 2\nassert f(2) == 3\n```\n</think> <answer>```python\ndef f(a):\n    return a + 1\n```",
    stopped: true,
  };
  expect(promptStyle("full").readChecks(full)).toEqual(["f(1) == 2", "f(2) == 3"]);
  expect(promptStyle("full").readAnswer("induction", full, "test-driven")).toMatchObject({
    formatted: true,
    value: "def f(a):\n    return a + 1",
  });
  const noAnswer = { text: "# nothing but comments", stopped: false };
  for (const strategy of STRATEGIES.slice(1)) {
    expect(promptStyle("compact").readAnswer("abduction", noAnswer, strategy)).toMatchObject({
      ok: false,
      rejection: { reason: "no-answer" },
    });
  }
});
