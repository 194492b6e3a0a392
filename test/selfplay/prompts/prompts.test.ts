import { describe, expect, test } from "bun:test";
import { STRATEGIES } from "../../../src/config/strategy.ts";
import { TASK_TYPES, type TaskType } from "../../../src/interfaces/role.ts";
import { stream } from "../../../src/random/stream.ts";
import { newTask } from "../../../src/runs/new-task.ts";
import type { TaskRecord } from "../../../src/runs/records.ts";
import type { Prompt } from "../../../src/selfplay/prompts/prompt.ts";
import { promptStyle } from "../../../src/selfplay/prompts/registry.ts";
import type { ValidTask } from "../../../src/selfplay/proposal.ts";
import { TASK_KINDS } from "../../../src/selfplay/tasks/registry.ts";
import { expectGolden } from "../../fixtures/golden.ts";

const PROGRAM =
  "def f(items):\n    total = 0\n    for item in items:\n        total = total * 2 + item\n    return total";

const pair: ValidTask = { program: PROGRAM, inputs: ["[1, 0, 1]"], outputs: ["5"], message: null };
const tasks: Record<(typeof TASK_TYPES)[number], ValidTask> = {
  deduction: pair,
  abduction: pair,
  induction: {
    program: PROGRAM,
    inputs: ["[1]", "[1, 1]", "[]", "[1, 0, 0]"],
    outputs: ["1", "3", "0", "4"],
    message: "Bits to a number.",
  },
  "error-deduction": { ...pair, inputs: ["[1, '0']"], outputs: ["TypeError"] },
  mathematics: { program: "What is half of 7?", inputs: [], outputs: ["3.5"], message: null },
};

function reference(id: number, program: string, input: string, output: string): TaskRecord {
  const inputs = input === "" ? [] : [input];
  const task = { program, inputs, outputs: [output] };
  const origin = { origin: "proposed", step: 1, learnability: 0.5, solveRate: 0.5, timesDrawn: 1 } as const;
  return newTask({ id, type: "deduction", ...origin, ...task });
}

const references = [
  reference(4, "def f(a):\n    return a", "'Hello world'", "'Hello world'"),
  reference(5, PROGRAM, "[1, 0, 1]", "5"),
];

/** References of each type, as the buffers hold them. */
const shownTo: Record<TaskType, TaskRecord[]> = {
  deduction: references,
  abduction: references,
  induction: references.slice(1),
  "error-deduction": [reference(4, PROGRAM, "[1, '0']", "TypeError"), reference(5, PROGRAM, "[]", "NoError")],
  mathematics: [reference(4, "Ann has 7 apples and eats 2. How many are left?", "", "5")],
};

const request = {
  inductionInputs: 4,
  forbiddenModules: ["os", "random"],
  given: [],
  difficulty: null,
};

const shown = (prompt: Prompt) =>
  `${prompt.text}\n=== opening: ${JSON.stringify(prompt.opening)}\n=== stop: ${JSON.stringify(prompt.stop)}\n`;

test("without forbidden modules the full prompt says nothing of them", () => {
  const prompt = TASK_KINDS.deduction.proposePrompt({
    style: promptStyle("full"),
    references: [],
    ...request,
    forbiddenModules: [],
    random: stream(1, "golden", "deduction"),
  });
  expect(prompt.text).not.toContain("imported");
  expect(prompt.text).toContain("ends with what `f` returns.\n\n### The input");
});

describe.each(["full", "compact"] as const)("%s", (name) => {
  const style = promptStyle(name);

  test.each([...TASK_TYPES])("propose %s", async (type) => {
    const prompt = TASK_KINDS[type].proposePrompt({
      style,
      references: shownTo[type],
      ...request,
      random: stream(1, "golden", type),
    });
    expect(prompt.text.endsWith(prompt.opening)).toBe(true);
    await expectGolden(`prompts/${name}-propose-${type}.txt`, shown(prompt));
  });

  test("propose a composite", async () => {
    const prompt = TASK_KINDS.deduction.proposePrompt({
      style,
      references: references.slice(0, 1),
      ...request,
      given: [
        { id: 5, name: "g_1", source: PROGRAM.replace("def f(", "def g_1(") },
        { id: 6, name: "g_2", source: "import math\n\ndef g_2(x):\n    return math.isqrt(x)" },
      ],
      random: stream(1, "golden", "composite"),
    });
    expect(prompt.text.endsWith(prompt.opening)).toBe(true);
    await expectGolden(`prompts/${name}-propose-composite.txt`, shown(prompt));
  });

  test.each([...TASK_TYPES])("solve %s", async (type) => {
    const prompt = TASK_KINDS[type].solvePrompt(tasks[type], style);
    expect(prompt.text.endsWith(prompt.opening)).toBe(true);
    await expectGolden(`prompts/${name}-solve-${type}.txt`, shown(prompt));
  });

  test.each(STRATEGIES.slice(1))("solve %s", async (strategy) => {
    const prompts = TASK_TYPES.map((type) => {
      const prompt = TASK_KINDS[type].solvePrompt(tasks[type], style, strategy);
      expect(prompt.text.endsWith(prompt.opening)).toBe(true);
      return `=== ${type}\n${shown(prompt)}`;
    });
    await expectGolden(`prompts/${name}-solve-${strategy}.txt`, prompts.join("\n"));
  });

  test("an induction's program and hidden half are not in its solver's prompt", () => {
    const { text } = TASK_KINDS.induction.solvePrompt(tasks.induction, style);
    expect(text).not.toContain("total * 2");
    expect(text).toContain("[1, 1]");
    expect(text).not.toContain("[1, 0, 0]");
  });
});

test("a prompt forbids no modules where none are", () => {
  const text = (forbiddenModules: string[]) =>
    TASK_KINDS.deduction.proposePrompt({
      style: promptStyle("full"),
      references,
      ...request,
      forbiddenModules,
      random: stream(1, "modules"),
    }).text;
  expect(text(["os"])).toContain("returns.\n- None of these modules may be imported: os.\n\n### The input");
  expect(text([])).toContain("what `f` returns.\n\n### The input");
});
