import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import { connect, type EngineClient } from "../../src/engine/client.ts";
import type { ServerMessage } from "../../src/engine/protocol.ts";
import { RunError } from "../../src/errors/index.ts";
import {
  evaluations,
  eventPage,
  metricSeries,
  RunDirectory,
  rolloutPage,
  steps,
  taskPage,
} from "../../src/runs/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines } from "./launched-engines.ts";
import { scriptedConfig } from "./scripted-parts.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

async function until(client: EngineClient, condition: (message: ServerMessage) => boolean) {
  for await (const message of client) if (condition(message)) return message;
  throw new Error("the engine ended before");
}

const isEnded = (message: ServerMessage) => message.kind === "ended";
const isPaused = (message: ServerMessage) =>
  message.kind === "snapshot" && message.snapshot.state === "paused";
const atStep = (step: number) => (message: ServerMessage) => message.kind === "step" && message.step === step;
const refusal = (promise: Promise<unknown>) =>
  promise.then(String, (error: unknown) => {
    expect(error).toBeInstanceOf(RunError);
    return (error as Error).message;
  });

function contents(run: RunDirectory) {
  using database = run.openDatabase({ readonly: true });
  return {
    steps: steps(database).map(({ step }) => step),
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
    loss: metricSeries(database, "update/loss"),
  };
}

const changesOf = (run: RunDirectory) => {
  using database = run.openDatabase({ readonly: true });
  return eventPage(database, {})
    .filter(({ source, message }) => source === "config" && message.includes("from step"))
    .map(({ message }) => message);
};

/** A run whose engine is paused after `step` steps. */
async function pausedAfter(folder: string, step: number, more: ConfigInput = {}, total = 8) {
  const run = RunDirectory.create(join(folder, "run"), scriptedConfig(2, total, more));
  // Paused while it loads: a busy machine may run steps before it connects.
  const loads = join(folder, "loads");
  process.env.AZR_TEST_LOAD_WAITS_FOR = loads;
  try {
    await engines.launch(run.path);
  } finally {
    delete process.env.AZR_TEST_LOAD_WAITS_FOR;
  }
  const client = await connect(run.path, { as: "screen", name: "ada" });
  await client.send({ command: "pause" });
  writeFileSync(loads, "");
  for (let done = 1; done <= step; done++) {
    await client.send({ command: "step" });
    await until(client, atStep(done));
    await until(client, isPaused);
  }
  return { run, client };
}

test("a setting is changed between two steps, stored with who asked, and the steps after it differ", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 2, { checkpoints: { every: 100 } }, 4);
  const key = "training.optimizer.learning_rate";
  expect(await client.send({ command: "set", key, value: "0.25" })).toBe(
    `${key}: 0.000001 -> 0.25, from step 3 on`,
  );
  expect(await client.send({ command: "set", key: "selfplay.proposals", value: "3" })).toBe(
    "selfplay.proposals: 4 -> 3, from step 3 on",
  );
  expect(run.config().training.optimizer.learning_rate).toBe(0.25);
  await client.send({ command: "resume" });
  await until(client, isEnded);
  const { rollouts, loss } = contents(run);
  const count = (step: number) => rollouts.filter((rollout) => rollout.step === step).length;
  expect([1, 2, 3, 4].map(count)).toEqual([4, 4, 3, 3]);
  expect(loss.map(({ value }) => (value ?? 0) > 0.2)).toEqual([false, false, true, true]);
  expect(changesOf(run).toReversed()).toEqual([
    `${key}: 0.000001 -> 0.25, from step 3 on (ada)`,
    "selfplay.proposals: 4 -> 3, from step 3 on (ada)",
  ]);
  client.close();
});

test("a setting that is changed within a step holds from the next one on", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "run"), scriptedConfig(10, 3));
  await engines.launch(run.path);
  using client = await connect(run.path, { as: "screen" });
  await until(
    client,
    (message) => message.kind === "snapshot" && message.snapshot.progress?.phase === "propose",
  );
  const said = await client.send({ command: "set", key: "selfplay.proposals", value: "2" });
  const from = Number(/from step (\d) on/.exec(said)?.[1]);
  await until(client, isEnded);
  const { rollouts } = contents(run);
  for (const step of [1, 2, 3])
    expect(rollouts.filter((rollout) => rollout.step === step).length).toBe(step < from ? 4 : 2);
});

test("a run that goes on from before changes does each step again under the settings that it had", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 3, { checkpoints: { every: 2, keep: 5 } }, 6);
  await client.send({ command: "set", key: "training.optimizer.learning_rate", value: "0.25" });
  await client.send({ command: "step" });
  await until(client, atStep(4));
  await until(client, isPaused);
  await client.send({ command: "step" });
  await until(client, atStep(5));
  await until(client, isPaused);
  await client.send({ command: "set", key: "selfplay.proposals", value: "3" });
  await client.send({ command: "resume" });
  await until(client, isEnded);
  const whole = contents(run);
  // From before both changes: the steps between are done under what was in force in them.
  for (const resume of [2, 4]) {
    await engines.launch(run.path, { resume });
    using again = await connect(run.path, { as: "lines" });
    await until(again, isEnded);
    expect(contents(run)).toEqual(whole);
  }
  // Other settings are in force at once.
  const config = { ...run.config(), selfplay: { ...run.config().selfplay, proposals: 1 } };
  await engines.launch(run.path, { resume: 2, config });
  using other = await connect(run.path, { as: "lines" });
  await until(other, isEnded);
  const { rollouts } = contents(run);
  expect(rollouts.filter(({ step }) => step === 3).length).toBe(1);
  expect(rollouts.filter(({ step }) => step === 6).length).toBe(1);
});

test("what cannot be changed is refused with the reason, and nothing changes", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 2);
  const before = run.config();
  const set = (key: string, value: string) => refusal(client.send({ command: "set", key, value }));
  expect(await set("seed", "7")).toContain("every random draw derives from it");
  expect(await set("sandbox.timeout_ms", "3")).toContain("is read when the engine starts");
  expect(await set("training.optimizer.learning_rte", "3")).toContain("Did you mean");
  expect(await set("training.optimizer.learning_rate", "fast")).toContain("expected number");
  expect(await set("steps", "1")).toContain("step 2 has begun");
  expect(await set("steps=9 x", "1")).toContain("is no key");
  expect(await set("selfplay.proposals", "4")).toContain("already");
  expect(await set("checkpoints.best.metric", "nothing")).toContain("no figure of a run");
  expect(await set("selfplay.max_prompt_tokens", "5")).toBe("no prompt fits");
  expect(await set("rewards.wrong", "2")).toContain("pays a wrong answer");
  // The data of this benchmark cannot be fetched.
  expect(await set("evaluation.benchmarks", "[apps]")).not.toContain("cannot");
  expect(await set("evaluation.every", "1")).toContain("apps cannot be fetched");
  expect(run.config()).toEqual({ ...before, evaluation: { ...before.evaluation, benchmarks: ["apps"] } });
  await client.send({ command: "stop" });
  await until(client, isEnded);
});

test("settings that a resume cannot go on with are not stored: the run goes on with those that it had", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 2);
  await client.send({ command: "stop" });
  await until(client, isEnded);
  const before = run.config();
  const config = { ...before, selfplay: { ...before.selfplay, max_prompt_tokens: 5 } };
  await engines.launch(run.path, { resume: true, config });
  using refused = await connect(run.path, { as: "lines" });
  expect(await until(refused, isEnded)).toMatchObject({ state: "crashed", reason: "no prompt fits" });
  expect(run.config()).toEqual(before);
  await engines.launch(run.path, { resume: true });
  using again = await connect(run.path, { as: "lines" });
  expect(await until(again, isEnded)).toMatchObject({ state: "finished" });
});

test("a run is made longer and shorter while it is trained", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 2, { checkpoints: { every: 100 } }, 3);
  await client.send({ command: "set", key: "steps", value: "5" });
  await client.send({ command: "step" });
  await until(client, atStep(3));
  await until(client, isPaused);
  expect(run.status()).toMatchObject({ state: "paused", totalSteps: 5 });
  await client.send({ command: "set", key: "steps", value: "3" });
  expect(await until(client, isEnded)).toMatchObject({ state: "finished", reason: "all 3 steps are done" });
  expect(run.status()).toMatchObject({ state: "finished", step: 3, totalSteps: 3 });
  using database = run.openDatabase({ readonly: true });
  expect(database.all("SELECT step FROM checkpoints")).toEqual([{ step: 3 }]);
});

test("an evaluation is made at once while the run is paused, and at the end of a step under way", async () => {
  using folder = temporaryFolder();
  const { run, client } = await pausedAfter(folder.path, 2, {}, 4);
  expect(await client.send({ command: "evaluate" })).toBe("step 2 is evaluated: humaneval");
  await until(client, (message) => message.kind === "log" && message.source === "evaluation");
  expect(run.status()).toMatchObject({ state: "paused", step: 2 });
  expect(await refusal(client.send({ command: "evaluate" }))).toBe("step 2 is evaluated already: humaneval");
  await client.send({ command: "resume" });
  await until(client, (message) => message.kind === "snapshot" && message.snapshot.progress?.step === 3);
  expect(await client.send({ command: "evaluate" })).toBe("step 3 is evaluated when it ends: humaneval");
  await until(client, isEnded);
  using database = run.openDatabase({ readonly: true });
  expect(evaluations(database).map(({ step }) => step)).toEqual([3, 2]);
  const plain = RunDirectory.create(join(folder.path, "plain"), scriptedConfig(0, 4));
  await engines.launch(plain.path);
  using other = await connect(plain.path, { as: "lines" });
  await until(other, isEnded);
  expect(contents(run)).toEqual(contents(plain));
});
