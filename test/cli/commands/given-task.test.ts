import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { type GivenTask, readGivenTask } from "../../../src/cli/commands/given-task.ts";
import { inductionInputs } from "../../../src/cli/commands/propose.ts";
import { tableExecutor } from "../../fixtures/table-executor.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";

const IMPORTS = "import os\n\ndef f(a):\n    return a";
const folder = temporaryFolder();
const program = join(folder.path, "f.py");
const broken = join(folder.path, "broken.py");
beforeAll(async () => {
  await Bun.write(program, IMPORTS);
  await Bun.write(broken, "def f(a):\n    return (");
});
afterAll(() => folder[Symbol.dispose]());

/** Runs the program that imports, and no other; a rule against modules would be seen in its jobs. */
function read(options: Partial<GivenTask>) {
  const executor = tableExecutor({ [IMPORTS]: (a) => a });
  return { executor, task: readGivenTask({ pair: [], ...options }, executor) };
}

test("a program of one's own may import what it likes, whatever is asked of it", async () => {
  for (const asked of [{ input: "3" }, { output: "3" }]) {
    const { executor, task } = read({ program, ...asked });
    expect((await task).task.program).toBe(IMPORTS);
    expect(executor.jobs.length).toBeGreaterThan(0);
    for (const { forbiddenModules = [] } of executor.jobs) expect(forbiddenModules).toEqual([]);
  }
});

test("a program that does not load is told at once, whatever is asked of it", async () => {
  for (const asked of [{ input: "3" }, { output: "3" }])
    await expect(read({ program: broken, ...asked }).task).rejects.toThrow("syntax-error");
});

test("--type tells an error-deduction and a mathematics task, and goes with what the type takes", async () => {
  const ends = await read({ type: "error-deduction", program, input: "3" }).task;
  expect(ends).toMatchObject({ type: "error-deduction", task: { outputs: ["NoError"] } });
  const sum = await read({ type: "mathematics", prompt: "What is half of 7?", answer: "3.5" }).task;
  expect(sum).toMatchObject({
    type: "mathematics",
    task: { program: "What is half of 7?", outputs: ["3.5"] },
  });
  await expect(read({ type: "mathematics", prompt: "Half of 7?" }).task).rejects.toThrow(
    "no-expected-answer",
  );
  await expect(read({ type: "abduction", program, input: "3" }).task).rejects.toThrow(
    "--type abduction takes --program and --output, and a task of deduction is given",
  );
});

test("propose asks a model with short prompts for few inputs of an induction", () => {
  const opened = (selfplay: object, ownStyle: "full" | "tagged" | null = null) => ({
    model: { ownStyle },
    selfplay,
  });
  expect(inductionInputs({}, opened({}))).toBe(4);
  expect(inductionInputs({}, opened({}, "tagged"))).toBe(4);
  expect(inductionInputs({ style: "full" }, opened({}))).toBe(10);
  expect(inductionInputs({}, opened({ induction_inputs: 6 }))).toBe(6);
  expect(inductionInputs({ inputs: 8 }, opened({ induction_inputs: 6 }))).toBe(8);
  expect(inductionInputs({}, null)).toBe(10);
});
