import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import * as v from "valibot";
import { type Config, ConfigSchema } from "../../src/config/schema.ts";
import { TASK_TYPES, type TaskType } from "../../src/interfaces/role.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";
import type { RolloutDraft, StepOutcome } from "../../src/selfplay/outcome.ts";
import { ERROR_EXAMPLES } from "../../src/selfplay/prompts/compact/error-examples.ts";
import { ALL_EXAMPLES } from "../../src/selfplay/prompts/compact/worked-examples.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { TASK_KINDS } from "../../src/selfplay/tasks/registry.ts";
import { validate } from "../../src/selfplay/validation.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 2000, memory_mb: 256 });
  await pool.warm();
});
afterAll(() => pool[Symbol.asyncDispose]());

const answer = (...blocks: string[]) => ` a plan </think>\n<answer>\n${blocks.join("\n")}\n</answer>`;
const block = (tag: string, text: string) => `\`\`\`${tag}\n${text}\n\`\`\``;
const proposal = (program: string, input: string) => answer(block("python", program), block("input", input));

/** A proposal of every kind: what the model writes, and the verdict it must get. */
const PROPOSALS: [name: string, response: string, verdict: string][] = [
  ["plain", proposal("def f(a, b):\n    return sorted([a, b])", "3, 1"), "ok"],
  [
    "helpers, a class, nested functions and imports",
    proposal(
      "import math\nfrom collections import Counter, OrderedDict as O\n\nclass Box:\n    def __init__(self, x):\n        self.x = x\n\ndef helper(x):\n    return math.floor(x)\n\ndef f(x):\n    def inner(y):\n        return Box(helper(y)).x\n    return [inner(x), dict(Counter('aab')), list(O(a=1))]",
      "2.7",
    ),
    "ok",
  ],
  ["set output", proposal("def f(a):\n    return set(a)", "['pear', 'apple', 'fig', 'kiwi']"), "ok"],
  [
    "input over several lines",
    proposal("def f(a, b):\n    return len(a) + b", "[1,\n 2,  # two\n 3], 4"),
    "ok",
  ],
  ["syntax error", proposal("def f(a):\n    return a +", "1"), "syntax-error"],
  ["banned import", proposal("import os.path\ndef f(a):\n    return a", "1"), "forbidden-import"],
  [
    "banned import by name",
    proposal("def f(a):\n    return __import__('random').random()", "1"),
    "forbidden-import",
  ],
  ["raises", proposal("def f(a):\n    return 1 // a", "0"), "exception"],
  ["exits", proposal("def f(a):\n    raise SystemExit(0)", "0"), "exception"],
  ["wrong arity", proposal("def f(a):\n    return a", "1, 2"), "exception"],
  [
    "set order",
    proposal("def f(a):\n    return list(set(a))", "['a', 'b', 'c', 'd', 'e']"),
    "non-deterministic",
  ],
  ["address of an object", proposal("def f(a):\n    return id([a])", "1"), "non-deterministic"],
  [
    "counts its calls",
    proposal("calls = []\n\ndef f(a):\n    calls.append(a)\n    return len(calls)", "1"),
    "non-deterministic",
  ],
  ["endless", proposal("def f(a):\n    while True:\n        pass", "1"), "cpu-limit"],
  ["huge output", proposal("def f(a):\n    return 'x' * a", "100000"), "value-too-large"],
  [
    "value of a class of its own",
    proposal("class C: pass\ndef f(a):\n    return C()", "1"),
    "unserialisable",
  ],
  ["nan", proposal("def f(a):\n    return float('nan')", "1"), "not-comparable"],
  ["no return", proposal("def f(a):\n    print(a)", "1"), "returns-none"],
  ["injected call", proposal("def f(a):\n    return a", "1), print(2"), "input-not-literal"],
  ["name as input", proposal("def f(a):\n    return a", "x"), "input-not-literal"],
  ["no input block", answer(block("python", "def f(a):\n    return a")), "no-input"],
  ["no f", proposal("def g(a):\n    return a", "1"), "no-entry"],
  ["lambda", proposal("f = lambda a: a", "1"), "no-entry"],
  ["no parameters", proposal("def f():\n    return 1", ""), "no-parameters"],
  ["no answer", " I do not know", "no-answer"],
];

const settings = (selfplay: object): Config =>
  v.parse(ConfigSchema, {
    selfplay: {
      prompt: "full",
      references: 1,
      tasks_per_step: 2,
      seed_tasks: 0,
      estimation_samples: 2,
      reuse_estimates: true,
      max_prompt_tokens: 20_000,
      propose: { max_tokens: 20_000 },
      solve: { max_tokens: 20_000 },
      ...selfplay,
    },
  });

async function oneStep(
  config: Config,
  write: (prompt: string, index: number) => string,
): Promise<StepOutcome> {
  const selfPlay = createSelfPlay({
    config,
    generator: scriptedGenerator(write),
    executor: pool,
    tokenizer: byteTokenizer,
    store: { tasks: () => [] },
  });
  await selfPlay.seed();
  return selfPlay.step(1);
}

test.each(["deduction", "abduction"] as const)("every kind of %s proposal gets its verdict", async (type) => {
  let next = 0;
  const outcome = await oneStep(settings({ tasks: [type], proposals: PROPOSALS.length }), (prompt) =>
    prompt.includes("write a new Python program") ? (PROPOSALS[next++]?.[1] ?? "") : answer("0"),
  );
  const verdicts = outcome.rollouts.filter((rollout) => rollout.role === "propose").map((r) => r.verdict);
  expect(PROPOSALS.map(([name], i) => [name, verdicts[i]])).toEqual(
    PROPOSALS.map(([name, , v]) => [name, v]),
  );
  expect(outcome.tasks.map((task) => task.outputs[0])).toEqual([
    "[1, 3]",
    "[2, {'a': 2, 'b': 1}, ['a']]",
    expect.stringMatching(/^\{('\w+'(, )?){4}\}$/),
    "7",
  ]);
  expect(outcome.flags).toMatchObject({ "import:os": 1, "import:random": 1 });
  expect(
    outcome.rollouts.filter((r) => r.role === "propose" && r.verdict !== "ok").every((r) => r.reward === -1),
  ).toBe(true);
});

describe("answers", () => {
  const TASK: Record<TaskType, string> = {
    deduction: proposal("def f(a, b):\n    return {a, b + 1, str(b)}", "5, 7"),
    abduction: proposal("def f(a, b):\n    return a * b", "6, 7"),
    induction: answer(
      ...["'Ab'", "'cd'", "'E'", "'fG'"].map((input) => block("input", input)),
      block("message", "Turned round."),
    ),
    "error-deduction": proposal("import json\n\ndef f(text):\n    return json.loads(text)", "'{'"),
    mathematics: answer(
      block("problem", "Three pies are cut in 8 pieces each, one is eaten. How much is left of the pies?"),
      block("answer", "2 7/8"),
    ),
  };
  // Answers to the task proposed, by type, and the verdict each must get.
  const ANSWERS: Record<TaskType, [text: string, verdict: string][]> = {
    deduction: [
      [block("output", "{'7', 8, 5}"), "ok"],
      [block("output", "{5.0, 8, '7'}"), "ok"],
      [block("output", "{5, 8, 7}"), "wrong"],
      [block("output", "f(5, 7)"), "not-literal"],
      [block("output", "__import__('os').getpid()"), "not-literal"],
    ],
    abduction: [
      [block("input", "6, 7"), "ok"],
      [block("input", "1, 42"), "ok"],
      [block("input", "2, 2"), "wrong"],
      [block("input", "5) or (True"), "not-literal"],
      [block("input", "1"), "exception"],
    ],
    induction: [
      [block("python", "def f(x):\n    return x"), "ok"],
      [block("python", "import string\n\ndef g(x):\n    return x\n\ndef f(x):\n    return g(x)"), "ok"],
      [block("python", "def f(x):\n    return x[0]"), "wrong"],
      [
        block("python", "class Yes(str):\n    __eq__ = lambda s, o: True\ndef f(x):\n    return Yes()"),
        "unserialisable",
      ],
      [block("python", "def f(x):\n    while True: pass"), "cpu-limit"],
    ],
    "error-deduction": [
      [block("error", "JSONDecodeError"), "ok"],
      [block("error", "json.decoder.JSONDecodeError: Expecting"), "ok"],
      [block("error", "ValueError"), "wrong"],
      [block("error", "NoError"), "wrong"],
      [block("error", "42"), "not-error-name"],
    ],
    mathematics: [
      [block("answer", "23/8"), "ok"],
      [block("answer", "2.875 pies"), "ok"],
      [block("answer", "2.9"), "wrong"],
      [block("answer", "3"), "wrong"],
      [block("answer", "3 - 1/8"), "not-number"],
    ],
  };

  test.each([...TASK_TYPES])("%s", async (type) => {
    const answers = ANSWERS[type];
    const config = settings({
      tasks: [type],
      proposals: 1,
      tasks_per_step: 1,
      estimation_samples: answers.length,
      induction_inputs: 4,
    });
    const outcome = await oneStep(config, (prompt, index) =>
      /write (a new|4 inputs)/.test(prompt) ? TASK[type] : answer(answers[index]?.[0] ?? ""),
    );
    const solves = outcome.rollouts.filter((rollout): rollout is RolloutDraft => rollout.role === "solve");
    expect(solves.map((rollout) => [rollout.answer, rollout.verdict])).toEqual(
      answers.map(([text, verdict]) => [/\n([\s\S]*)\n```/.exec(text)?.[1] ?? "", verdict]),
    );
    expect(outcome.tasks[0]?.solveRate).toBe(0.4);
    expect(outcome.rollouts[0]?.reward).toBe(0.6);
    const rewards: Record<string, number> = {
      ok: 1,
      "not-literal": -1,
      "not-error-name": -1,
      "not-number": -1,
    };
    for (const solve of solves) expect(solve.reward).toBe(rewards[solve.verdict] ?? -0.5);
  });
});

/** Proposals of programs that may raise, and what each is found to be. */
const ENDINGS: [name: string, response: string, verdict: string, outcome?: string][] = [
  ["returns", proposal("def f(a):\n    return a", "1"), "ok", "NoError"],
  ["returns nothing", proposal("def f(a):\n    a.sort()", "[2, 1]"), "ok", "NoError"],
  ["raises", proposal("def f(a):\n    return 1 // a", "0"), "ok", "ZeroDivisionError"],
  [
    "an error of its own",
    proposal("class TooSmall(Exception):\n    pass\n\ndef f(a):\n    raise TooSmall(a)", "1"),
    "ok",
    "TooSmall",
  ],
  ["leaves", proposal("def f(a):\n    raise SystemExit(a)", "3"), "ok", "SystemExit"],
  ["recursion", proposal("def f(a):\n    return f(a + 1)", "1"), "ok", "RecursionError"],
  ["does not load", proposal("1 // 0\n\ndef f(a):\n    return a", "1"), "exception"],
  [
    "the second call ends otherwise",
    proposal("seen = []\n\ndef f(a):\n    seen.append(a)\n    return 1 // (len(seen) - 1)", "1"),
    "non-deterministic",
  ],
  [
    "another hash seed, another error",
    proposal(
      "def f(a):\n    raise type('E' + list(set(a))[0], (Exception,), {})",
      "['a', 'b', 'c', 'x', 'y', 'z', 'k', 'm']",
    ),
    "non-deterministic",
  ],
  [
    "its name is the other answer",
    proposal("class NoError(Exception):\n    pass\ndef f(a):\n    raise NoError", "1"),
    "not-comparable",
  ],
  ["banned import", proposal("import os\ndef f(a):\n    return os.x", "1"), "forbidden-import"],
  ["endless", proposal("def f(a):\n    while True:\n        pass", "1"), "cpu-limit"],
];

test("every kind of error-deduction proposal gets its verdict and its outcome", async () => {
  let next = 0;
  const config = settings({ tasks: ["error-deduction"], proposals: ENDINGS.length });
  const outcome = await oneStep(config, (prompt) =>
    prompt.includes("write a new Python program") ? (ENDINGS[next++]?.[1] ?? "") : answer("NoError"),
  );
  const verdicts = outcome.rollouts.filter((rollout) => rollout.role === "propose").map((r) => r.verdict);
  expect(ENDINGS.map(([name], i) => [name, verdicts[i]])).toEqual(ENDINGS.map(([name, , v]) => [name, v]));
  expect(outcome.tasks.map((task) => task.outputs)).toEqual(ENDINGS.flatMap(([, , , o]) => (o ? [[o]] : [])));
});

test("the worked examples of error-deduction are true", async () => {
  for (const { program, input, error } of ERROR_EXAMPLES) {
    const proposal = { program, inputs: [input], message: null };
    const { task } = await TASK_KINDS["error-deduction"].validate(proposal, {
      executor: pool,
      forbiddenModules: [],
    });
    expect(task).toMatchObject({ ok: true, value: { outputs: [error] } });
  }
});

test("the worked examples of the compact prompts are true", async () => {
  for (const { program, calls, message } of ALL_EXAMPLES) {
    const inputs = calls.map(([input]) => input);
    const { task } = await validate({ program, inputs, message }, { executor: pool, forbiddenModules: [] });
    if (!task.ok) throw new Error(`${program}: ${task.rejection.reason}`);
    expect(task.value.outputs).toEqual(calls.map(([, output]) => output));
  }
});
