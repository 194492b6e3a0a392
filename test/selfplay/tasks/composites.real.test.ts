import { afterAll, beforeAll, expect, test } from "bun:test";
import * as v from "valibot";
import { ConfigSchema } from "../../../src/config/schema.ts";
import { openSandbox } from "../../../src/sandbox/open.ts";
import type { SandboxPool } from "../../../src/sandbox/pool.ts";
import { COMPOSITE_EXAMPLE } from "../../../src/selfplay/prompts/compact/composite-example.ts";
import { createSelfPlay } from "../../../src/selfplay/self-play.ts";
import { compositeFault, findRenamable, withGiven } from "../../../src/selfplay/tasks/composites.ts";
import { validate } from "../../../src/selfplay/validation.ts";
import { byteTokenizer } from "../../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../../fixtures/scripted-generator.ts";

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 4000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const RENAMED: [program: string, renamed: string][] = [
  ["def f(a):\n    return a", "def g(a):\n    return a"],
  // Only the function's name changes: not text, comments, attributes, other names, or names of arguments.
  [
    "import math as m\n\ndef  f(n):\n    # f of n\n    s = 'f(é)' + \"f\"; x = m.f if n < 0 else dict(f=1)\n    return n if n < 2 else f(n - 1) + len(s) # f",
    "import math as m\n\ndef  g(n):\n    # f of n\n    s = 'f(é)' + \"f\"; x = m.f if n < 0 else dict(f=1)\n    return n if n < 2 else g(n - 1) + len(s) # f",
  ],
  ["def f(a):\n    é = 'ü'; return [f, é][1]", "def g(a):\n    é = 'ü'; return [g, é][1]"],
];

const NOT_RENAMED = [
  "def f(f):\n    return f",
  "def f(a):\n    f = a\n    return f",
  "def f(a):\n    return (lambda f: f)(a)",
  "def f(a):\n    global f\n    return a",
  "def f(a):\n    return globals()['f']",
  "def h(a):\n    return a\n\ndef f(a):\n    return h(a)",
  "x = 1\ndef f(a):\n    return x",
  "from math import *\ndef f(a):\n    return a",
  "from m import f\ndef f(a):\n    return a",
  "def f(a): return a\ndef f(b): return b",
  "def f \\\n(a):\n    return a +",
  "class A:\n    f = 1\ndef f(a): return a",
];

test("a program's f is renamed where it is f and nowhere else; what cannot be is left out", async () => {
  const found = await findRenamable([...RENAMED.map(([program]) => program), ...NOT_RENAMED], pool);
  expect(RENAMED.map(([program]) => found.get(program)?.pieces.join("g"))).toEqual(
    RENAMED.map(([, renamed]) => renamed),
  );
  expect(NOT_RENAMED.filter((program) => found.has(program))).toEqual([]);
});

const GIVEN = [
  { id: 1, name: "g_1", source: "import math\n\ndef g_1(x):\n    return math.isqrt(x)" },
  { id: 2, name: "g_2", source: "def g_2(x):\n    return x * 2" },
];

test.each([
  ["def f(x):\n    return g_1(x) + g_2(x)", undefined],
  ["import math\n\ndef f(x):\n    return g_1(g_2(x)) + math.pi", undefined],
  ["def f(x):\n    return [g_1(y) for y in map(lambda z: g_2(z), x)]", undefined],
  ["def f(x):\n    return g_1(x)", "leaves-given-out"],
  ["def f(x):\n    return g_1() + g_2()", "leaves-given-out"],
  ["def h(x):\n    return g_1(x)\n\ndef f(x):\n    return g_2(x)", "leaves-given-out"],
  ["def f(x):\n    return 'g_1(x) g_2(x)'", "leaves-given-out"],
  ["def g_2(x):\n    return x\n\ndef f(x):\n    return g_1(x) + g_2(x)", "redefines-given"],
  ["g_2 = len\ndef f(x):\n    return g_1(x) + g_2(x)", "redefines-given"],
  ["def f(x, g_1=len):\n    return g_1(x) + g_2(x)", "redefines-given"],
  ["def f(x):\n    def g_1(y): return y\n    return g_1(x) + g_2(x)", "redefines-given"],
  ["from cmath import sqrt as math\ndef f(x):\n    return g_1(x) + g_2(x)", "redefines-given"],
  ["math = 1\ndef f(x):\n    return g_1(x) + g_2(x)", "redefines-given"],
])("composite %j: %s", async (program, reason) => {
  const proposal = withGiven({ program, inputs: ["4"], message: null }, GIVEN);
  if (!proposal.ok) throw new Error(proposal.rejection.reason);
  expect((await compositeFault(proposal.value, pool))?.rejection.reason).toBe(reason as never);
});

test.each([
  ["def f(x):\n    return g_2(x)", "wraps-given"],
  ['def f(x):\n    """Doubles."""\n    y = g_2(x)\n    return y', "wraps-given"],
  ["def f(x):\n    return g_2(x + 1)", undefined],
  ["def f(x):\n    return -g_2(x)", undefined],
])("composite of one %j: %s", async (program, reason) => {
  const proposal = withGiven({ program, inputs: ["4"], message: null }, GIVEN.slice(1));
  if (!proposal.ok) throw new Error(proposal.rejection.reason);
  expect((await compositeFault(proposal.value, pool))?.rejection.reason).toBe(reason as never);
});

test("the worked example of the compact prompts is a composite, and runs", async () => {
  const { program, given, names, input } = COMPOSITE_EXAMPLE;
  const functions = [{ id: 1, name: names[0], source: given }];
  const proposal = withGiven({ program, inputs: [input], message: null }, functions);
  if (!proposal.ok) throw new Error(proposal.rejection.reason);
  const { task } = await validate(proposal.value, { executor: pool, forbiddenModules: [] });
  expect(task).toMatchObject({ ok: true, value: { outputs: ["'cba-ed'"] } });
});

test("a step proposes composites, which solvers get whole, and which are not given again", async () => {
  const config = v.parse(ConfigSchema, {
    selfplay: {
      tasks: ["deduction", "abduction", "error-deduction"],
      prompt: "compact",
      proposals: 2,
      tasks_per_step: 1,
      references: 1,
      estimation_samples: 1,
      reuse_estimates: true,
      seed_tasks: 0,
      max_prompt_tokens: 4000,
      composites: { probability: 1, most: 2, from_step: 2 },
    },
  });
  const write = (prompt: string) => {
    if (!prompt.endsWith("def f(")) return " 0\n";
    const last = prompt.slice(prompt.lastIndexOf("# Task"));
    const composite = /^# Task \d+: f calls (.*)\n/.test(last);
    if (!composite) return "a):\n    return [a]\n\nanswer = f(1)\n";
    expect(last).toContain("def g_1(");
    const second = last.includes("def g_2(") ? ", g_2(a)" : "";
    return `a):\n    return [g_1(a)${second}, len(a)]\n\nanswer = f('xy')\n`;
  };
  const generator = scriptedGenerator(write);
  const selfPlay = createSelfPlay({
    config,
    generator,
    executor: pool,
    tokenizer: byteTokenizer,
    store: { tasks: () => [] },
  });
  await selfPlay.seed();
  const first = await selfPlay.step(1);
  expect(first.metrics["propose/deduction/composites"]).toBeUndefined();
  expect(first.tasks.every((task) => !task.program.includes("g_1"))).toBe(true);
  const second = await selfPlay.step(2);
  for (const type of ["deduction", "abduction", "error-deduction"]) {
    expect(second.metrics[`propose/${type}/composites`]).toBe(2);
    expect(second.metrics[`propose/${type}/validity`]).toBe(1);
    expect(second.metrics[`propose/${type}/redraws`]).toBe(0);
  }
  expect(second.tasks.length).toBeGreaterThanOrEqual(3);
  for (const task of second.tasks) {
    expect(task.program).toMatch(/^def g_1\(a\):/);
    expect(task.program).toMatch(/\ndef f\(a\):\n {4}return \[g_1\(a\)/);
    expect(task.outputs[0]).toEqual(
      task.type === "error-deduction" ? "NoError" : expect.stringMatching(/^\[.*2\]$/),
    );
    const solved = second.rollouts.find((r) => r.role === "solve" && r.taskId === task.id);
    expect(solved?.prompt).toContain(task.program);
  }
  // Step 3 has composites in its buffers: none of them is given.
  await selfPlay.step(3);
  for (const prompt of generator.calls.at(-2) ?? []) {
    const given = prompt.slice(prompt.lastIndexOf("# Task"));
    expect(given.match(/def g_1/g)?.length).toBe(1);
  }
});
