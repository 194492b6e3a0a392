import { expect, test } from "bun:test";
import { join } from "node:path";
import { problem } from "../../benchmarks/learning-parts/difficulty.ts";
import { proposed } from "../../benchmarks/learning-parts/proposed.ts";
import { skeletons } from "../../benchmarks/learning-parts/skeletons.ts";
import { commitStep, RunDirectory } from "../../src/runs/index.ts";
import { makeCommit, makeConfig, makeTask, temporaryFolder } from "../runs/fixtures.ts";

/** A run of so many steps with a task each; its directory. */
function runOf(folder: string, steps: number): string {
  const run = RunDirectory.create(join(folder, `run-${steps}`), makeConfig());
  using database = run.openDatabase();
  for (let step = 1; step <= steps; step++) {
    const skeleton = `skeleton ${step % 4}`;
    commitStep(database, makeCommit(step, { tasks: [makeTask(step, { step, skeleton })] }));
  }
  return run.path;
}

const stepsOf = (tasks: readonly { step: number }[]) => tasks.map(({ step }) => step);

test("the first and the last ten steps are looked at, and no task twice", () => {
  using folder = temporaryFolder();
  const whole = proposed(runOf(folder.path, 35));
  expect(stepsOf(whole.first)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(stepsOf(whole.last)).toEqual([26, 27, 28, 29, 30, 31, 32, 33, 34, 35]);
  const short = proposed(runOf(folder.path, 13));
  expect([stepsOf(short.first).length, stepsOf(short.last)]).toEqual([10, [11, 12, 13]]);
  expect(proposed(runOf(folder.path, 4)).last).toEqual([]);
});

test("skeletons are counted among the last tasks", () => {
  using folder = temporaryFolder();
  expect(skeletons(proposed(runOf(folder.path, 35)).last)).toEqual({ deduction: 0.4 });
  expect(skeletons(proposed(runOf(folder.path, 4)).last)).toEqual({});
});

test("a task is asked as self-play asks it: of induction the calls that are not shown judge", () => {
  const deduction = problem(makeTask(3));
  expect(deduction).toMatchObject({ id: "3", type: "deduction", calls: [["1", "4"]] });
  expect(deduction.prompt).toBe("<SD><code>def f(x):\n    return x + 3<in>1<ans>");
  const induction = problem(
    makeTask(4, { type: "induction", inputs: ["1", "2"], outputs: ["5", "6"], message: "add 4" }),
  );
  expect(induction.prompt).toBe("<SI><in>1<out>5<msg>add 4<ans>");
  expect(induction.calls).toEqual([["2", "6"]]);
});
