import { expect, test } from "bun:test";
import * as v from "valibot";
import { type Config, type ConfigInput, ConfigSchema } from "../../src/config/schema.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import { type PythonValue, parseLiteral } from "../../src/sandbox/literals.ts";
import type { StepOutcome } from "../../src/selfplay/outcome.ts";
import { createSelfPlay } from "../../src/selfplay/self-play.ts";
import { groupRelative } from "../../src/training/advantages/group-relative.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { type Script, scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";

function config(selfplay: ConfigInput["selfplay"], rewards: ConfigInput["rewards"] = {}): Config {
  return v.parse(ConfigSchema, {
    selfplay: {
      prompt: "compact",
      proposals: 4,
      tasks_per_step: 3,
      references: 2,
      estimation_samples: 4,
      induction_inputs: 4,
      seed_tasks: 0,
      ...selfplay,
    },
    rewards,
  });
}

const literal = (text: string) => parseLiteral(text) as PythonValue;
const int = (value: PythonValue | undefined) => (value?.type === "int" ? value.value : 0n);

const DOUBLE = "def f(a):\n    return a * 2";
const executor = () =>
  tableExecutor({
    "def f(a):\n    return a": (a) => a as PythonValue,
    [DOUBLE]: (a) => ({ type: "int", value: int(a) * 2n }),
    "import os\ndef f(a):\n    return a": () => "forbidden-import",
    "def f(a):\n    while True: pass": () => "timeout",
    "def f(a):\n    return None": () => literal("None"),
  });

/** Proposals by index of their prompt (one sample each); answers right in every second sample. */
const PROGRAMS = [
  "a):\n    return a * 2\n\nanswer = f(21)\n\n# Task 9",
  "a):\n    while True: pass\n\nanswer = f(1)\n\n# Task 9",
  "a):\n    return a * 2\n\nanswer = f(x)\n\n# Task 9",
  "a):\n    return a *** 2\n\nanswer = f(1)\n\n# Task 9",
];

function script(): Script {
  let proposal = 0;
  return (prompt, index) => {
    if (/# Task \d+\ndef f\($/.test(prompt)) return PROGRAMS[proposal++ % PROGRAMS.length] as string;
    if (prompt.endsWith("What it does:"))
      return " Gives it back.\n1. f(1)\n2. f(2)\n3. f('x')\n4. f([3])\n\n";
    if (prompt.endsWith("def f("))
      return index % 2 ? "a):\n    return a\n\n\n" : "a):\n    return a * 2\n\n\n";
    const right = index % 2 === 1;
    if (prompt.endsWith("assert f("))
      return right ? (prompt.includes("gives 42 for") ? "21) == 42" : "'Hello world') ==") : "0) == 1";
    return right
      ? prompt.endsWith("f(21) ==")
        ? " 42\n"
        : " 'Hello world'\n"
      : index === 0
        ? " 5) or (True\n"
        : " 7\n";
  };
}

function play(settings: Config, tasks: TaskRecord[] = []) {
  const generator = scriptedGenerator(script());
  const sandbox = executor();
  const selfPlay = createSelfPlay({
    config: settings,
    generator,
    executor: sandbox,
    tokenizer: byteTokenizer,
    store: { tasks: () => tasks },
  });
  return { generator, sandbox, selfPlay };
}

async function firstStep(settings: Config): Promise<StepOutcome> {
  const { selfPlay } = play(settings);
  await selfPlay.seed();
  return selfPlay.step(1);
}

test("a step proposes, validates, solves and rewards all types in two generations", async () => {
  const { generator, sandbox, selfPlay } = play(config({ reuse_estimates: true }));
  const seeds = await selfPlay.seed();
  expect(seeds.tasks.map((task) => [task.id, task.type, task.origin])).toEqual([
    [1, "deduction", "seed"],
    [2, "abduction", "seed"],
    [3, "induction", "seed"],
  ]);
  const outcome = await selfPlay.step(1);

  expect(generator.calls.length).toBe(2);
  expect(generator.calls[0]?.length).toBe(12);
  expect(
    outcome.tasks.map(({ id, type, program, inputs, outputs }) => [id, type, program, inputs, outputs]),
  ).toEqual([
    [4, "deduction", DOUBLE, ["21"], ["42"]],
    [5, "abduction", DOUBLE, ["21"], ["42"]],
    [6, "induction", "def f(a):\n    return a", ["1", "2", "'x'", "[3]"], ["1", "2", "'x'", "[3]"]],
  ]);
  const verdicts = (role: string, type: string) =>
    outcome.rollouts.filter((r) => r.role === role && r.type === type).map((r) => r.verdict);
  expect(verdicts("propose", "deduction")).toEqual(["ok", "timeout", "input-not-literal", "syntax-error"]);
  expect(verdicts("propose", "induction")).toEqual(["ok", "ok", "ok", "ok"]);
  // The new task and the identity, four answers each: half are right.
  expect(verdicts("solve", "deduction")).toEqual([
    "not-literal",
    "ok",
    "wrong",
    "ok",
    "not-literal",
    "ok",
    "wrong",
    "ok",
  ]);
  expect(outcome.metrics["solve/deduction/solve_rate"]).toBe(0.5);
  expect(outcome.metrics["propose/deduction/validity"]).toBe(0.25);
  expect(outcome.metrics["propose/deduction/learnability"]).toBe(0.5);
  expect(outcome.metrics["buffer/deduction/tasks"]).toBe(2);
  expect(outcome.tasks[0]).toMatchObject({ solveRate: 0.5, learnability: 0.5, timesDrawn: 1, parents: [1] });
  expect(outcome.taskUpdates).toContainEqual({ id: 1, solveRate: 0.5, timesDrawn: 1 });

  // What goes to the sandbox is rewritten from parsed values; no expected output is in it.
  for (const job of sandbox.jobs) for (const call of job.calls) expect(call).not.toContain("True");
});

test("rewards: components add up; every rollout with tokens is trained on when estimates are reused", async () => {
  const outcome = await firstStep(config({ reuse_estimates: true }));
  for (const rollout of outcome.rollouts) {
    expect(Object.values(rollout.components).reduce((a, b) => a + b, 0)).toBe(rollout.reward);
    const trajectory = outcome.trajectories[rollout.trajectory ?? -1];
    expect(trajectory).toMatchObject({ reward: rollout.reward, role: rollout.role, group: rollout.group });
  }
  const rewards = outcome.rollouts.filter((r) => r.type === "deduction").map((r) => [r.verdict, r.reward]);
  expect(rewards.slice(0, 8)).toEqual([
    ["ok", 0.5],
    ["timeout", -1],
    ["input-not-literal", -1],
    ["syntax-error", -1],
    ["not-literal", -1],
    ["ok", 1],
    ["wrong", -0.5],
    ["ok", 1],
  ]);
});

test("a trajectory holds the policy that its role sampled from; a greedy one the plain distribution", async () => {
  const outcome = await firstStep(
    config({ reuse_estimates: true, propose: { temperature: 0.8 }, solve: { temperature: 0 } }),
  );
  const seen = new Set(
    outcome.trajectories.map((t) => `${t.role} ${t.temperature} ${t.logProbabilities[0]}`),
  );
  expect(seen).toEqual(new Set(["propose 0.8 -2", "solve 0 -1"]));
});

test("reused estimates: the answers of the chosen tasks alone train, and GRPO compares those of one task", async () => {
  const settings = config({
    reuse_estimates: true,
    tasks_per_step: 1,
    tasks: ["deduction"],
    samples_per_prompt: 4,
  });
  const { rollouts, trajectories } = await firstStep(settings);
  const { values } = groupRelative({ baseline: "prompt", standard_deviation: false })(trajectories);
  const trained = rollouts.flatMap(({ role, trajectory, reward }) =>
    trajectory === null ? [] : [[role, reward, values[trajectory]]],
  );
  // Proposals 0.5, -1, -1, -1 (mean -0.625) of one prompt; answers -1, 1, -0.5, 1 (mean 0.125) to one task.
  expect(trained).toEqual([
    ["propose", 0.5, 1.125],
    ["propose", -1, -0.375],
    ["propose", -1, -0.375],
    ["propose", -1, -0.375],
    ["solve", -1, -1.125],
    ["solve", 1, 0.875],
    ["solve", -0.5, -0.625],
    ["solve", 1, 0.875],
  ]);
  expect(new Set(trajectories.map(({ group }) => group)).size).toBe(2);
  expect(rollouts.filter(({ role }) => role === "solve").length).toBe(4);
});

test("without reuse, estimates are kept as data and each task trains on one fresh answer", async () => {
  const outcome = await firstStep(config({ reuse_estimates: false }));
  const solves = outcome.rollouts.filter((r) => r.role === "solve" && r.type === "deduction");
  // New task: 4 estimates and 1 fresh answer; the identity of the buffer: 1 fresh answer.
  expect(solves.map((r) => r.trajectory !== null)).toEqual([false, false, false, false, true, true]);
  expect(outcome.tasks[0]?.solveRate).toBe(0.5);
});

test("duplicates: estimated like the task they repeat, or rejected; never admitted twice", async () => {
  const estimated = await firstStep(config({ duplicates: "estimate" }));
  const proposals = (outcome: StepOutcome) =>
    outcome.rollouts.filter((r) => r.role === "propose" && r.type === "induction");
  expect(proposals(estimated).map((r) => [r.verdict, r.taskId, r.reward])).toEqual(
    Array(4).fill(["ok", 6, 0.5]),
  );
  const rejected = await firstStep(config({ duplicates: "reject" }));
  expect(proposals(rejected).map((r) => [r.verdict, r.reward])).toEqual([
    ["ok", 0.5],
    ["duplicate", -1],
    ["duplicate", -1],
    ["duplicate", -1],
  ]);
  expect(rejected.tasks.length).toBe(3);
});

test("official learnability: -0.5 where no answer or every answer is right", async () => {
  const settings = config({ estimation_samples: 1, reuse_estimates: true }, { learnability: "official" });
  const outcome = await firstStep(settings);
  expect(outcome.tasks[0]).toMatchObject({ solveRate: 0, learnability: -0.5 });
  expect(outcome.rollouts[0]?.components).toEqual({ format: 0, validity: 0, learnability: -0.5 });
});

test("the same seed gives the same outcome, and a resumed run the same next step", async () => {
  const settings = config({ reuse_estimates: true, proposals: 3 });
  const run = play(settings);
  const records = [...(await run.selfPlay.seed()).tasks];
  const one = await run.selfPlay.step(1);
  records.push(...one.tasks);
  for (const { id, ...change } of one.taskUpdates)
    Object.assign(records.find((t) => t.id === id) ?? {}, change);
  const again = play(settings);
  await again.selfPlay.seed();
  expect(await again.selfPlay.step(1)).toEqual(one);

  const resumed = play(settings, records);
  expect((await resumed.selfPlay.seed()).tasks).toEqual([]);
  // The script counts proposals: bring its copy of the generator to the same place.
  const fresh = play(settings, records);
  const next = await resumed.selfPlay.step(2);
  expect(await fresh.selfPlay.step(2)).toEqual(next);
  await run.selfPlay.step(2);
  expect(run.generator.calls[2]).toEqual(resumed.generator.calls[0] ?? []);
});

test("an aborted step rejects and leaves the buffers as they were", async () => {
  const { selfPlay } = play(config({}));
  await selfPlay.seed();
  const controller = new AbortController();
  const step = selfPlay.step(1, {
    signal: controller.signal,
    onLive: () => controller.abort(new Error("stop")),
  });
  await expect(step).rejects.toThrow("stop");
  const outcome = await selfPlay.step(1);
  expect(outcome.tasks[0]?.id).toBe(4);
});

test("hooks tell the phases in order, progress and live text", async () => {
  const phases: string[] = [];
  const live: string[] = [];
  const { selfPlay } = play(config({}));
  await selfPlay.seed({ onPhase: (phase) => phases.push(phase) });
  await selfPlay.step(1, {
    onPhase: (phase) => phases.push(phase),
    onLive: ({ role, type, text }) => live.push(`${role} ${type} ${text.slice(0, 6)}`),
  });
  expect(phases).toEqual(["seed", "propose", "validate", "solve", "grade"]);
  expect(live).toContain("propose deduction def f(");
});

test("seeding collects tasks for deduction and abduction together, and gives up on a weak model", async () => {
  const logs: string[] = [];
  const { selfPlay } = play(config({ seed_tasks: 3 }));
  const { tasks } = await selfPlay.seed({ onLog: (_, message) => logs.push(message) });
  // Two programs at most can come of the script: the identity and the doubling one.
  expect(tasks.filter((task) => task.type === "deduction").map((task) => task.program)).toEqual([
    "def f(a):\n    return a",
    DOUBLE,
  ]);
  expect(tasks.filter((task) => task.type === "abduction").length).toBe(2);
  expect(logs[0]).toContain("2 of 3 deduction and abduction tasks after 24 proposals");
});

test("buffer.admit: a task that is never solved is kept as data, and no buffer takes it", async () => {
  const settings = config({ estimation_samples: 1, reuse_estimates: true, buffer: { admit: "learnable" } });
  const outcome = await firstStep(settings);
  expect(outcome.tasks.map(({ solveRate, evictedStep }) => [solveRate, evictedStep])).toEqual(
    Array(3).fill([0, 1]),
  );
  expect(outcome.evicted).toEqual([]);
  expect(outcome.metrics["propose/deduction/admitted"]).toBe(0);
  expect(outcome.metrics["buffer/deduction/tasks"]).toBe(1);
});

test("buffer.capacity: what a full buffer gives up is told, and a resumed run goes on without it", async () => {
  const settings = config({ reuse_estimates: true, buffer: { capacity: 1, evict: "oldest" } });
  const run = play(settings);
  const records = [...(await run.selfPlay.seed()).tasks];
  const one = await run.selfPlay.step(1);
  expect(one.evicted).toEqual([1, 2, 3]);
  expect(one.metrics["buffer/deduction/tasks"]).toBe(1);
  records.push(...one.tasks);
  const stored = records.map((task) => ({ ...task, evictedStep: one.evicted.includes(task.id) ? 1 : null }));
  const resumed = play(settings, stored);
  const again = await resumed.selfPlay.step(2);
  expect(again.rollouts.filter((r) => r.role === "solve").map((r) => r.taskId)).toEqual(
    (await run.selfPlay.step(2)).rollouts.filter((r) => r.role === "solve").map((r) => r.taskId),
  );
});

test.each([
  ["estimate", 0.5 - 0.25],
  ["reject", -0.25],
] as const)("rewards.repeat, duplicates %s: %d", async (duplicates, reward) => {
  const outcome = await firstStep(config({ duplicates }, { repeat: -0.25 }));
  const rewards = outcome.rollouts.filter((r) => r.role === "propose" && r.type === "induction");
  expect(rewards.map((r) => r.reward)).toEqual([0.5, reward, reward, reward]);
});

test("terms that need no syntax tree are paid, and what is stored adds up", async () => {
  const outcome = await firstStep(config({}, { answer_diversity: { coefficient: 0.5 }, repeat: -0.1 }));
  const first = outcome.rollouts[0];
  // 42 is not among the answers of the buffer, which holds 'Hello world'.
  expect(first?.components).toEqual({
    format: 0,
    validity: 0,
    learnability: 0.5,
    repeat: 0,
    answer_diversity: 0.5,
  });
  for (const { components, reward } of outcome.rollouts) {
    expect(Object.values(components).reduce((a, b) => a + b, 0)).toBe(reward);
  }
});

test("the table pays both roles of its types", async () => {
  const outcome = await firstStep(config({ reuse_estimates: true }, { table: { types: ["deduction"] } }));
  const paid = (role: string) =>
    outcome.rollouts.filter((r) => r.role === role && r.type === "deduction").map((r) => r.reward);
  // A task, two that do not run, and an input that cannot be read.
  expect(paid("propose")).toEqual([10, 1, -10, 1]);
  expect(paid("solve").slice(0, 4)).toEqual([1, 10, 0, 10]);
});
