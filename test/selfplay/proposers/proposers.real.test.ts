import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ConfigInput } from "../../../src/config/schema.ts";
import { TEMPLATE_TYPES } from "../../../src/config/task-type.ts";
import type { TaskRecord } from "../../../src/runs/records.ts";
import { openSandbox } from "../../../src/sandbox/open.ts";
import type { SandboxPool } from "../../../src/sandbox/pool.ts";
import type { StepOutcome } from "../../../src/selfplay/outcome.ts";
import { proposeTask, proposeTasks } from "../../../src/selfplay/proposers/propose-task.ts";
import { createSelfPlay } from "../../../src/selfplay/self-play.ts";
import { byteTokenizer } from "../../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../../fixtures/scripted-generator.ts";
import { makeConfig } from "../../runs/fixtures.ts";

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 2000, memory_mb: 256 });
  await pool.warm();
});
afterAll(() => pool[Symbol.asyncDispose]());

test("template tasks of every difficulty are valid", async () => {
  for (const difficulty of [0, 0.3, 0.6, 1])
    for (const type of TEMPLATE_TYPES) {
      const tasks = await proposeTasks(null, type, 3, { difficulty, executor: pool, seed: 4 });
      for (const { task, proposal } of tasks) {
        if (!task.ok)
          throw new Error(`${task.rejection.reason} ${task.rejection.detail}: ${proposal?.program}`);
        expect(task.value.outputs.length).toBe(type === "induction" ? 10 : 1);
      }
    }
}, 60_000);

test("error-deductions by templates end in errors of several classes, and in none", async () => {
  const tasks = await proposeTasks(null, "error-deduction", 24, { difficulty: 0.5, executor: pool, seed: 2 });
  const outcomes = new Set(tasks.flatMap(({ task }) => (task.ok ? task.value.outputs : [])));
  expect(outcomes).toContain("NoError");
  expect(outcomes.size).toBeGreaterThan(2);
}, 60_000);

test("proposeTask puts a model and templates behind one interface", async () => {
  const options = { difficulty: 0.2, executor: pool, seed: 1 };
  const template = await proposeTask(null, "deduction", options);
  expect(template).toMatchObject({ origin: "template", response: null, task: { ok: true } });
  const prompts: string[] = [];
  const generator = scriptedGenerator((prompt) => {
    prompts.push(prompt);
    return "a):\n    return a * 2\n\nanswer = f(21)\n\n# Task 9";
  });
  const model = { generator, tokenizer: byteTokenizer };
  const proposed = await proposeTask(model, "deduction", options);
  expect(proposed).toMatchObject({ origin: "proposed", task: { ok: true, value: { outputs: ["42"] } } });
  // The references are template tasks of the difficulty.
  expect(prompts[0]).toContain("# Task 1\ndef f(");
  await expect(proposeTask(null, "deduction", { ...options, difficulty: 2 })).rejects.toThrow(
    "0 to 1, not 2",
  );
});

const settings = (selfplay: ConfigInput["selfplay"]) =>
  makeConfig({
    selfplay: {
      prompt: "compact",
      tasks: ["deduction"],
      proposals: 4,
      tasks_per_step: 4,
      references: 1,
      estimation_samples: 2,
      reuse_estimates: true,
      seed_tasks: 0,
      ...selfplay,
    },
  });

function play(selfplay: ConfigInput["selfplay"], records: TaskRecord[] = [], past: StepOutcome[] = []) {
  const generator = scriptedGenerator((prompt) =>
    prompt.endsWith("def f(") ? "a):\n    return a * 2\n\nanswer = f(21)\n\n# Task 9" : " 7.125\n",
  );
  const selfPlay = createSelfPlay({
    config: settings(selfplay),
    generator,
    executor: pool,
    tokenizer: byteTokenizer,
    store: {
      tasks: () => records,
      metrics: (name, steps) =>
        past
          .flatMap(({ metrics }, i) =>
            metrics[name] === undefined ? [] : [{ step: i + 1, value: metrics[name] }],
          )
          .slice(-steps),
    },
  });
  return { selfPlay, generator };
}

test("mixed: templates write their share, are solved and trained on, and are no proposer's rollouts", async () => {
  const { selfPlay, generator } = play({ proposer: { type: "mixed", share: 0.5, difficulty: 0.4 } });
  await selfPlay.seed();
  const outcome = await selfPlay.step(1);
  expect(generator.calls[0]?.length).toBe(2);
  expect(outcome.tasks.map(({ origin }) => origin).toSorted()).toEqual(["proposed", "template", "template"]);
  expect(outcome.rollouts.filter(({ role }) => role === "propose").length).toBe(2);
  const templates = outcome.tasks.filter(({ origin }) => origin === "template").map(({ id }) => id);
  const solved = outcome.rollouts.filter(
    ({ role, taskId }) => role === "solve" && templates.includes(taskId ?? 0),
  );
  expect(solved.map(({ trajectory }) => trajectory !== null)).toEqual([true, true, true, true]);
  expect(outcome.metrics).toMatchObject({
    "propose/deduction/templates": 2,
    "propose/deduction/template_validity": 1,
    "curriculum/difficulty": 0.4,
  });
}, 60_000);

test("adaptive, by templates alone: the difficulty falls with wrong answers, and a resumed run goes on alike", async () => {
  const selfplay: ConfigInput["selfplay"] = {
    proposer: { type: "template" },
    curriculum: { type: "adaptive", start: 0.8, rate: 0.2 },
    seed_tasks: 2,
  };
  const run = play(selfplay);
  const records = [...(await run.selfPlay.seed()).tasks];
  expect(records.map(({ origin }) => origin)).toEqual(["seed", "template"]);
  const steps: StepOutcome[] = [];
  for (const step of [1, 2, 3]) {
    const outcome = await run.selfPlay.step(step);
    if (step === 3) {
      const resumed = play(selfplay, records, steps);
      expect(await resumed.selfPlay.step(3)).toEqual(outcome);
    }
    steps.push(outcome);
    records.push(...outcome.tasks);
    for (const { id, ...change } of outcome.taskUpdates) {
      Object.assign(records.find((task) => task.id === id) ?? {}, change);
    }
  }
  expect(run.generator.calls.every((prompts) => prompts.every((prompt) => prompt.endsWith(" ==")))).toBe(
    true,
  );
  const difficulties = steps.map(({ metrics }) => metrics["curriculum/difficulty"] ?? Number.NaN);
  expect(difficulties[0]).toBe(0.8);
  expect(difficulties[1]).toBeCloseTo(0.7);
  expect(difficulties[2]).toBeCloseTo(0.6);
}, 60_000);
