import { expect, test } from "bun:test";
import type { ConfigInput } from "../../src/config/schema.ts";
import type { GenerationRequest } from "../../src/interfaces/generator.ts";
import type { PythonValue } from "../../src/sandbox/literals.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const IDENTITY = "def f(a):\n    return a";
const TASKS = [
  makeTask(1, { type: "deduction", program: IDENTITY }),
  makeTask(2, {
    type: "induction",
    program: IDENTITY,
    inputs: ["1", "2", "3", "4"],
    outputs: ["1", "2", "3", "4"],
    message: "Back.",
  }),
];
const ONE: PythonValue = { type: "int", value: 1n };

/** Four proposals with messages that the model itself follows, misreads, does not finish, and breaks on. */
const MESSAGES = ["Gives it back.", "Is always one.", "Says nothing.", "Never ends."];
const ANSWERS = ["a):\n    return a\n\n\n", "a):\n    return 1\n\n\n", "", "a):\n    while True: pass\n\n\n"];

async function firstStep(check: "none" | "message" | "task", over: ConfigInput["selfplay"] = {}) {
  let written = 0;
  const asked: [prompt: string, request: GenerationRequest][] = [];
  const generator = scriptedGenerator((prompt, _, request) => {
    if (prompt.endsWith("What it does:")) {
      const number = written++ % 4;
      return ` ${MESSAGES[number]}\n1. f(1)\n2. f(2)\n3. f(${number + 5})\n4. f([3])\n\n`;
    }
    const task = MESSAGES.findIndex((message) => prompt.includes(`# Write f: ${message}`));
    if (request.temperature === 0) asked.push([prompt, request]);
    return request.temperature === 0 ? (ANSWERS[task] as string) : "a):\n    return a\n\n\n";
  });
  const executor = tableExecutor({
    [IDENTITY]: (a) => a as PythonValue,
    "def f(a):\n    return 1": () => ONE,
    "def f(a):\n    while True: pass": () => "timeout",
  });
  const phases: string[] = [];
  const selfPlay = createSelfPlay({
    config: makeConfig({
      selfplay: {
        tasks: ["deduction", "induction"],
        prompt: "compact",
        proposals: 4,
        tasks_per_step: 1,
        induction_inputs: 4,
        estimation_samples: 2,
        check_messages: check,
        ...over,
      },
    }),
    generator,
    executor,
    tokenizer: byteTokenizer,
    store: { tasks: () => TASKS },
  });
  const outcome = await selfPlay.step(1, { onPhase: (phase) => phases.push(phase) });
  const proposals = outcome.rollouts.filter((r) => r.role === "propose" && r.type === "induction");
  return { outcome, proposals, asked, phases };
}

test("a message that the model's own greedy answer does not bear out turns its task down", async () => {
  const { outcome, proposals, asked, phases } = await firstStep("message");
  expect(proposals.map(({ verdict, reward }) => [verdict, reward < 0])).toEqual([
    ["ok", false],
    ["message-unconfirmed", true],
    ["message-unconfirmed", true],
    ["message-unconfirmed", true],
  ]);
  expect(proposals.map(({ detail }) => detail)).toEqual([
    "",
    `the model's own answer to it: wrong, f(2) gives 1; it wrote "def f(a):\\n    return 1"`,
    `the model's own answer to it: syntax-error; it wrote "def f("`,
    `the model's own answer to it: timeout; it wrote "def f(a):\\n    while True: pass"`,
  ]);
  expect(outcome.tasks.filter(({ type }) => type === "induction").map(({ message }) => message)).toEqual([
    "Gives it back.",
  ]);
  expect(phases).toEqual(["propose", "validate", "propose", "validate", "solve", "grade"]);
  // One pair is shown, so that the message has to do the rest.
  const [prompt = "", request] = asked[0] ?? [];
  expect(prompt).toContain("# Write f: Gives it back.\n# f(1) == 1\ndef f(");
  expect(request?.samples).toBe(1);
});

test("by the task, the model sees what its solver will see", async () => {
  const { asked } = await firstStep("task");
  expect(asked[0]?.[0]).toContain("# Write f: Gives it back.\n# f(1) == 1\n# f(2) == 2\ndef f(");
});

test("without the check nothing is asked", async () => {
  const { asked, proposals, phases } = await firstStep("none");
  expect(asked).toEqual([]);
  expect(proposals.map(({ verdict }) => verdict)).toEqual(["ok", "ok", "ok", "ok"]);
  expect(phases).toEqual(["propose", "validate", "solve", "grade"]);
});
