import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Executor, ProgramJob } from "../../../src/sandbox/executor.ts";
import { openSandbox } from "../../../src/sandbox/open.ts";
import type { SandboxPool } from "../../../src/sandbox/pool.ts";
import { GatheredRuns } from "../../../src/selfplay/gathered-runs.ts";
import type { ValidTask } from "../../../src/selfplay/proposal.ts";
import { abduction } from "../../../src/selfplay/tasks/abduction.ts";

setDefaultTimeout(120_000);

let pool: SandboxPool;
const jobs: ProgramJob[] = [];
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 3, timeout_ms: 2_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

/** Grades of answers that are given at once, which must be those of a process for each; the sizes of the jobs. */
async function graded(task: ValidTask, answers: readonly string[]) {
  const own = await Promise.all(answers.map((answer) => abduction.grade(task, answer, { executor: pool })));
  jobs.length = 0;
  const executor: Executor = {
    run: (job, signal) => {
      jobs.push(job);
      return pool.run(job, signal);
    },
    room: (signal) => pool.room(signal),
    counts: () => pool.counts(),
  };
  const runs = new GatheredRuns(executor);
  const together = await Promise.all(
    answers.map((answer) => abduction.grade(task, answer, { executor, runs })),
  );
  expect(together).toEqual(own);
  return { right: own.map(({ correct }) => correct), sizes: jobs.map(({ calls }) => calls.length) };
}

const task = (program: string, input: string, output: string): ValidTask => ({
  program,
  inputs: [input],
  outputs: [output],
  message: null,
});

test("answers of a plain program go together, and every right one is run by itself", async () => {
  const square = task("def f(a):\n    return a * a", "3", "9");
  expect(await graded(square, ["1", "2", "-3", "'x'", "3", "4", "5"])).toEqual({
    right: [false, false, true, false, true, false, false],
    // The first; the five others that are run at all; the right one and the exception again.
    sizes: [1, 5, 1, 1],
  });
});

test("a program that counts its calls, and behaves for as many as validation makes, gets no answer wrong or right by it", async () => {
  const spoils = "seen = []\ndef f(a):\n    seen.append(a)\n    return a % 2 if len(seen) < 3 else 7";
  expect((await graded(task(spoils, "3", "1"), ["1", "2", "5", "7", "8"])).right).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  const helps = "def f(a, seen=[]):\n    seen.append(a)\n    return a % 2 if len(seen) < 3 else 1";
  expect((await graded(task(helps, "3", "1"), ["2", "4", "6", "8", "5"])).right).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
});

test("an input that never ends takes no other answer with it", async () => {
  const loops = "def f(a):\n    while a == 4: pass\n    return a * a";
  expect(await graded(task(loops, "3", "9"), ["1", "4", "-3", "2"])).toEqual({
    right: [false, false, true, false],
    sizes: [1, 3, 1, 1, 1],
  });
});
