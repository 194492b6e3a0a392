import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";
import { parseCallArguments, parseLiteral } from "../../src/sandbox/literals.ts";
import { isHeldOut } from "../../src/selfplay/held-out.ts";
import { readProgram } from "../../src/selfplay/program.ts";
import { parts } from "../../src/selfplay/prompts/tagged/tags.ts";
import { OPERATIONS } from "../../tiny/grammar/operation.ts";
import { drawProgram, sourceOf } from "../../tiny/grammar/program.ts";
import { HELD_OUT, INPUTS, makeTasks } from "../../tiny/grammar/tasks.ts";
import { heldOutProblems } from "../../tiny/held-out.ts";
import { completionRow, MIX, makeRow } from "../../tiny/rows.ts";

const tasks = await makeTasks(5, 0, 400);

test("programs are drawn by the seed alone, and no hole is left open", () => {
  const sources = (seed: number) =>
    Array.from({ length: 300 }, (_, i) => sourceOf(drawProgram(stream(seed, "program", i))));
  expect(sources(1)).toEqual(sources(1));
  expect(sources(1)).not.toEqual(sources(2));
  expect(new Set(sources(1)).size).toBeGreaterThan(180);
  for (let i = 0; i < 300; i++) {
    const program = drawProgram(stream(3, "program", i));
    const names = ["one", "two"];
    for (const text of [sourceOf(program), program.message, program.noun(names)]) {
      expect(text).not.toMatch(/[{}]|undefined| {2}\S.*\|/);
    }
  }
});

test("an operation that needs brackets is told from one that does not", () => {
  const tight = (code: string) => OPERATIONS.find((each) => each.code === code)?.tight;
  expect(tight("{x} + {k}")).toBe(false);
  expect(tight("{k} in {x}")).toBe(false);
  expect(tight("max({x}, {k})")).toBe(true);
  expect(tight("[x + {k} for x in {x}]")).toBe(true);
  expect(tight("{x}[::-1]")).toBe(true);
});

test("tasks are programs with different literal calls and the values that Python finds", () => {
  expect(tasks.length).toBeGreaterThan(280);
  for (const { source, inputs, outputs } of tasks) {
    expect(readProgram(source)).toEqual({ ok: true, value: source });
    expect(new Set(inputs).size).toBe(INPUTS);
    for (const input of inputs) expect(parseCallArguments(input)).toBeDefined();
    for (const output of outputs) expect(parseLiteral(output)).toBeDefined();
  }
});

test("the steps of a call are operations on plain values, and the last one gives its value", async () => {
  const steps = tasks.flatMap((task) => task.steps.flat());
  expect(steps.length).toBeGreaterThan(tasks.length * INPUTS);
  const names = steps.flatMap(([operation]) => operation.replace(/'[a-z]*'/gi, "").match(/\b[a-z]\b/g) ?? []);
  // The item of a comprehension.
  expect(new Set(names)).toEqual(new Set(["x"]));
  for (const { steps, outputs, source } of tasks) {
    // A list display of values that came about is no step.
    if (/\[.*, .*\]/.test(source)) continue;
    for (const [i, output] of outputs.entries()) expect(steps[i]?.at(-1)?.[1]).toBe(output);
  }
  const python = Bun.spawn(["python3", "-I", "-c", EVALUATED], {
    stdin: new Blob([JSON.stringify(steps.map(([operation]) => operation))]),
    stdout: "pipe",
  });
  expect(await new Response(python.stdout).json()).toEqual(steps.map(([, value]) => value));
});

const EVALUATED =
  "import json, sys; json.dump([repr(eval(each)) for each in json.load(sys.stdin)], sys.stdout)";

test("rows are made by seed and number alone, and no row's program is held out", () => {
  const rows = (seed: number) => Array.from({ length: 1500 }, (_, i) => makeRow(seed, i, tasks));
  const own = rows(1);
  expect(own.slice(0, 50)).toEqual(rows(1).slice(0, 50));
  expect(own.slice(0, 50)).not.toEqual(rows(2).slice(0, 50));
  for (const { prompt, completion } of own) {
    for (const { tag, text } of parts(`${prompt}${completion}`)) {
      if (tag !== "<code>" && tag !== "<ref>") continue;
      expect(isHeldOut(text, HELD_OUT)).toBe(false);
    }
  }
  expect(Object.values(MIX).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  const share = (tag: string) => own.filter(({ prompt }) => prompt.startsWith(tag)).length / own.length;
  expect(Math.abs(share("<SD>") - MIX["solve deduction"] - MIX["think deduction"])).toBeLessThan(0.05);
  const thoughts = own.filter(({ completion }) => completion.startsWith("<think>"));
  expect(Math.abs(thoughts.length / own.length - MIX["think deduction"])).toBeLessThan(0.05);
  for (const { prompt, completion } of thoughts) {
    expect(prompt).toStartWith("<SD>");
    expect(completion).toMatch(/^<think>(.* -> .*\n)*.*<ans>.+$/);
  }
  expect(share("<SA>")).toBeLessThan(0.03);
});

test("a completion is a function whose body does what its task's program does", () => {
  for (const [i, task] of tasks.slice(0, 100).entries()) {
    const { prompt, completion, name } = completionRow(task, stream(1, "completion", i));
    expect(prompt).toMatch(/^def \w+\((\w+)(?:, (?!\1\))\w+)?\):\n {4}"""[A-Z][\s\S]*\."""$|"""$/);
    expect(prompt.startsWith(`def ${name}(`)).toBe(true);
    expect(completion.startsWith("\n    ")).toBe(true);
  }
});

test("the test set is of held-out programs alone, each in one problem", async () => {
  const problems = await heldOutProblems(4, 10);
  expect(problems.map(({ type }) => type).slice(0, 4)).toEqual([
    "deduction",
    "abduction",
    "induction",
    "completion",
  ]);
  expect(problems).toHaveLength(40);
  expect(new Set(problems.map(({ program }) => program)).size).toBe(40);
  for (const { program } of problems) expect(isHeldOut(program, HELD_OUT)).toBe(true);
  const induction = problems.find(({ type }) => type === "induction");
  for (const [input] of induction?.calls ?? []) expect(induction?.prompt).not.toContain(`<in>${input}<`);
});

test("a further test set leaves out the programs of the first", async () => {
  const first = new Set((await heldOutProblems(4, 10)).map(({ program }) => program));
  const further = await heldOutProblems(4, 10, { without: (source) => first.has(source) });
  expect(further).toHaveLength(40);
  expect(further.filter(({ program }) => first.has(program))).toEqual([]);
  const few = heldOutProblems(4, 10, { drawn: 100 });
  await expect(few).rejects.toThrow("and 40 are needed");
});
