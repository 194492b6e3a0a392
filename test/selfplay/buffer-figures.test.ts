import { expect, test } from "bun:test";
import type { ConfigInput } from "../../src/config/schema.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import type { PythonValue } from "../../src/sandbox/literals.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { analysingExecutor } from "../fixtures/analysing-executor.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const TASK = makeTask(1, { program: "def f(a):\n    return a", inputs: ["7"], outputs: ["7"] });

/** A run of deductions whose proposals add 1, 2, 3, ... and whose answers are right where `right` says so. */
function play(
  input: ConfigInput,
  right: (index: number) => boolean,
  tasks: TaskRecord[] = [TASK],
  written = 0,
) {
  const generator = scriptedGenerator((prompt, index) => {
    if (/# Task \d+\ndef f\($/.test(prompt))
      return `a):\n    return a + ${++written}\n\nanswer = f(7)\n\n# Task 9`;
    const [, added = "0"] = prompt.match(/return a \+ (\d+)\n\nassert f\(7\) ==$/) ?? [];
    return right(index) ? ` ${7 + Number(added)}\n` : " 'wrong'\n";
  });
  const add = (a: PythonValue | undefined, n: number): PythonValue => ({
    type: "int",
    value: (a?.type === "int" ? a.value : 0n) + BigInt(n),
  });
  const programs = Array.from({ length: 9 }, (_, n) => [
    `def f(a):\n    return a + ${n}`,
    (a: PythonValue | undefined) => add(a, n),
  ]);
  const executor = tableExecutor(Object.fromEntries(programs) as Parameters<typeof tableExecutor>[0]);
  return createSelfPlay({
    config: makeConfig({
      ...input,
      selfplay: {
        tasks: ["deduction"],
        prompt: "compact",
        proposals: 1,
        tasks_per_step: 2,
        estimation_samples: 2,
        references: 1,
        ...input.selfplay,
      },
    }),
    generator,
    executor: analysingExecutor(executor),
    tokenizer: byteTokenizer,
    store: { tasks: () => tasks },
  });
}

test.each([
  ["never", () => false, 0, true],
  ["sometimes", (index: number) => index === 0, 0.5, true],
  ["always", () => true, 1, false],
] as const)("buffer.admit not-trivial: a task that is %s solved", async (_, right, rate, enters) => {
  const outcome = await play({ selfplay: { buffer: { admit: "not-trivial" } } }, right).step(1);
  expect(outcome.tasks.map(({ solveRate, evictedStep }) => [solveRate, evictedStep])).toEqual([
    [rate, enters ? null : 1],
  ]);
  expect(outcome.metrics["buffer/deduction/tasks"]).toBe(enters ? 2 : 1);
});

test("a buffer task that is answered once, without an estimate, keeps its solve rate", async () => {
  const tasks = [{ ...TASK, solveRate: 0.75, timesDrawn: 3 }];
  const fresh = await play({}, () => false, tasks).step(1);
  expect(fresh.taskUpdates).toEqual([{ id: 1, solveRate: 0.75, timesDrawn: 4 }]);
  const estimated = await play({ selfplay: { reuse_estimates: true } }, () => false, tasks).step(1);
  expect(estimated.taskUpdates).toEqual([{ id: 1, solveRate: 0, timesDrawn: 4 }]);
});

test("novelty counts what the steps before proposed, the same in a run that is resumed", async () => {
  const input: ConfigInput = { rewards: { novelty: { coefficient: 0.5, most: 1 } } };
  const half = (index: number) => index === 0;
  const novelty = ({ rollouts }: { rollouts: { role: string; components: Record<string, number> }[] }) =>
    rollouts.filter(({ role }) => role === "propose").map(({ components }) => components.novelty);
  const run = play(input, half);
  const first = await run.step(1);
  expect(novelty(first)).toEqual([0.5]);
  // a + 1 and a + 2 have one skeleton: one use.
  const second = await run.step(2);
  expect(novelty(second)).toEqual([0.25]);
  expect(novelty(await run.step(3))).toEqual([0.5 / 3]);
  const resumed = play(input, half, [TASK, ...first.tasks, ...second.tasks], 2);
  expect(novelty(await resumed.step(3))).toEqual([0.5 / 3]);
});

test.each([
  [["propose"], ["propose"]],
  [["solve"], ["solve", "solve"]],
  [
    ["propose", "solve"],
    ["propose", "solve", "solve"],
  ],
] as const)("train_roles %j: the trajectories are %j", async (train_roles, roles) => {
  const outcome = await play({ selfplay: { train_roles: [...train_roles] } }, () => true).step(1);
  expect(outcome.trajectories.map(({ role }) => role)).toEqual([...roles]);
  // The proposal is paid all the same, by the solver's estimates.
  expect(outcome.rollouts[0]).toMatchObject({ role: "propose", verdict: "ok", taskId: 2 });
  expect(outcome.tasks[0]?.solveRate).toBe(1);
});
