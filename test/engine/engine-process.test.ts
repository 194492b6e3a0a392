import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import type { ConfigInput } from "../../src/config/schema.ts";
import { connect, type EngineClient, type LaunchOptions } from "../../src/engine/client.ts";
import type { ServerMessage, Snapshot } from "../../src/engine/protocol.ts";
import { RunError } from "../../src/errors/index.ts";
import {
  checkpoints,
  evaluations,
  eventPage,
  flagTotals,
  machineFacts,
  metricSeries,
  RunDirectory,
  rolloutPage,
  stepMetrics,
  steps,
  taskPage,
} from "../../src/runs/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines, SCRIPTED_ENGINE } from "./launched-engines.ts";
import { scriptedConfig } from "./scripted-parts.ts";

function createRun(folder: string, name: string, pace: number, count: number, more: ConfigInput = {}) {
  return RunDirectory.create(join(folder, name), scriptedConfig(pace, count, more));
}

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

const launch = (path: string, resume: boolean | number = false, more: LaunchOptions = {}) =>
  engines.launch(path, { resume, ...more });

/** Reads messages until one satisfies the condition; all read so far. */
async function until(client: EngineClient, condition: (message: ServerMessage) => boolean) {
  const messages: ServerMessage[] = [];
  for await (const message of client) {
    messages.push(message);
    if (condition(message)) return messages;
  }
  throw new Error(`the engine ended before: ${JSON.stringify(messages.at(-1))}`);
}

const isEnded = (message: ServerMessage) => message.kind === "ended";
const inState = (state: Snapshot["state"]) => (message: ServerMessage) =>
  message.kind === "snapshot" && message.snapshot.state === state;
const atStep = (step: number) => (message: ServerMessage) => message.kind === "step" && message.step === step;

/** Runs to the end without a viewer; the end's message. */
async function runToEnd(path: string, resume: boolean | number = false) {
  await launch(path, resume);
  using client = await connect(path);
  return (await until(client, isEnded)).at(-1);
}

/** What must be equal between a run and the same run killed and resumed. */
function contents(run: RunDirectory) {
  using database = run.openDatabase({ readonly: true });
  return {
    steps: steps(database).map(({ step }) => step),
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
    loss: metricSeries(database, "update/loss"),
    reward: metricSeries(database, "propose/deduction/reward"),
    unique: metricSeries(database, "propose/deduction/unique_recent"),
    flags: flagTotals(database),
  };
}

test("a run trains to its last step: tasks, rollouts with advantages, figures, checkpoints, evaluations", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 4, {
    checkpoints: { every: 1, keep: 2 },
    evaluation: { every: 2 },
  });
  expect(await runToEnd(run.path)).toEqual({
    kind: "ended",
    state: "finished",
    reason: "all 4 steps are done",
    exitCode: 0,
  });
  expect(run.status()).toMatchObject({ state: "finished", step: 4, engine: null });
  using database = run.openDatabase({ readonly: true });
  expect(steps(database).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  expect(rolloutPage(database, { step: 4 }).length).toBe(4);
  expect(rolloutPage(database, { step: 4 }).every(({ advantage, reward }) => advantage === reward)).toBe(
    true,
  );
  const metrics = stepMetrics(database, 4);
  for (const name of ["seconds/propose", "seconds/update", "seconds/checkpoint", "memory/resident"]) {
    expect(metrics[name]).toBeNumber();
  }
  expect(metrics["generation/tokens"]).toBe(24);
  expect(metrics["flags/import:os"]).toBe(4);
  expect(metrics["propose/deduction/unique_recent"]).toBeWithin(0.01, 1.01);
  expect(metrics["overlap/exposed"]).toBeWithin(0, 1.01);
  expect(flagTotals(database)).toEqual({ "import:os": 16 });
  expect(metrics["memory/cache"]).toBe(500);
  const found = machineFacts(database).map(({ part, name, value }) => `${part} ${name}: ${value}`);
  expect(found).toContain(`engine Bun: ${Bun.version}`);
  expect(found).toContain("device MLX: none");
  expect(found).toContain("sandbox version: 1.0");
  expect(found).toContain("proof scripted: ok: nothing runs in it");
  expect(checkpoints(database).map(({ step }) => step)).toEqual([4, 3]);
  expect(readdirSync(run.checkpointsPath).sort()).toEqual([
    "checkpoint-3",
    "checkpoint-4",
    "checkpoint-final",
  ]);
  expect(evaluations(database).map(({ step, scores }) => [step, scores])).toEqual([
    [4, { "pass@1": 0.2, problems: 3 }],
    [2, { "pass@1": 0.2, problems: 3 }],
  ]);
  expect(metricSeries(database, "evaluation/humaneval/pass@1").map(({ step }) => step)).toEqual([2, 4]);
  expect(existsSync(join(run.path, "control.sock"))).toBe(false);
  expect(readFileSync(run.logPath, "utf8")).toContain("step 4 of 4");
});

test("viewers pause, step, save, go on and stop; what they see is true", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 10, 1000, { checkpoints: { every: 100 } });
  await launch(run.path);
  using client = await connect(run.path);
  // A step from its beginning: the viewer may have come in the middle of one.
  await until(client, ({ kind }) => kind === "step");
  const seen = await until(client, ({ kind }) => kind === "step");
  expect(seen.some((message) => message.kind === "live" && message.text === "def")).toBe(true);
  const phases = seen.flatMap((m) =>
    (m.kind === "snapshot" || m.kind === "hello") && m.snapshot.progress ? [m.snapshot.progress.phase] : [],
  );
  // Loading and seeding may be over before the viewer came.
  expect([...new Set(phases)].slice(-3)).toEqual(["propose", "validate", "update"]);

  expect(await client.send({ command: "pause" })).toBe("paused");
  const paused = run.status();
  expect(paused.state).toBe("paused");
  const again = await client.send({ command: "pause" }).catch((error: unknown) => error);
  expect((again as Error).message).toBe("the run is paused already");
  await Bun.sleep(300);
  expect(run.status().step).toBe(paused.step);
  const within = `paused: step ${paused.step + 1} is`;
  const told = [await client.send({ command: "evaluate" }), await client.send({ command: "checkpoint" })];
  expect(told[0]).toStartWith(`${within} evaluated once s runs it to its end`);
  expect(told[1]).toStartWith(`${within} saved once s runs it to its end`);
  using other = await connect(run.path);
  const { progress, etaMs } = other.hello.snapshot;
  expect([progress?.rate, etaMs]).toEqual([0, null]);

  await client.send({ command: "step" });
  await until(client, atStep(paused.step + 1));
  await until(client, inState("paused"));
  expect(run.status()).toMatchObject({ state: "paused", step: paused.step + 1 });
  const step = paused.step + 1;
  expect(await client.send({ command: "checkpoint" })).toBe(`step ${step} is saved already`);
  expect(readdirSync(run.checkpointsPath)).toEqual([`checkpoint-${step}`]);

  expect(await client.send({ command: "resume" })).toBe("going on");
  await until(client, atStep(step + 1));
  await client.send({ command: "stop" });
  const ended = (await until(client, isEnded)).at(-1);
  expect(ended).toMatchObject({ state: "stopped", exitCode: 0 });
  const status = run.status();
  expect(status).toMatchObject({ state: "stopped", engine: null });
  using database = run.openDatabase({ readonly: true });
  expect(checkpoints(database)[0]?.step).toBe(status.step);
  expect(await client.send({ command: "pause" }).catch((error: unknown) => error)).toBeInstanceOf(RunError);
});

test("a stop wakes a paused run and ends a generation at once", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 5, 3, { selfplay: { propose: { max_tokens: 1_000_000 } } });
  const { pid } = await launch(run.path);
  using client = await connect(run.path);
  await until(client, (m) => m.kind === "snapshot" && m.snapshot.progress?.phase === "propose");
  await client.send({ command: "pause" });
  process.kill(pid, "SIGTERM");
  expect((await until(client, isEnded)).at(-1)).toMatchObject({
    state: "stopped",
    reason: "stopped by SIGTERM",
  });
  expect(run.status()).toMatchObject({ state: "stopped", step: 0 });
});

test("a run killed at any moment and resumed holds what the whole run holds", async () => {
  using folder = temporaryFolder();
  const whole = createRun(folder.path, "whole", 1, 6, { checkpoints: { every: 2, keep: 2 } });
  await runToEnd(whole.path);
  const killed = createRun(folder.path, "killed", 1, 6, { checkpoints: { every: 2, keep: 2 } });
  let launches = 0;
  for (; killed.status().state !== "finished" && launches < 50; launches++) {
    const { pid } = await launch(killed.path, launches > 0);
    using client = await connect(killed.path);
    // Further into the run each time, and never at the same place: 40 ms is about one step.
    const timer = setTimeout(() => process.kill(pid, "SIGKILL"), 60 + 37 * launches);
    const ended = (await until(client, isEnded)).at(-1);
    clearTimeout(timer);
    if (ended?.kind === "ended" && ended.state === "crashed") {
      expect(killed.status()).toMatchObject({ state: "crashed", engine: null });
    }
  }
  expect(launches).toBeGreaterThan(1);
  expect(contents(killed)).toEqual(contents(whole));
  expect(readdirSync(killed.checkpointsPath).sort()).toEqual([
    "checkpoint-4",
    "checkpoint-6",
    "checkpoint-final",
  ]);
});

test("a run goes on from a named checkpoint and drops what came after it", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 5, { checkpoints: { every: 1, keep: 5 } });
  await runToEnd(run.path);
  const before = contents(run);
  run.writeConfig({ ...run.config(), steps: 6 });
  await runToEnd(run.path, 3);
  const after = contents(run);
  expect(after.steps).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(after.tasks.filter(({ step }) => step <= 3).map(({ id, program }) => [id, program])).toEqual(
    before.tasks.filter(({ step }) => step <= 3).map(({ id, program }) => [id, program]),
  );
  expect(after.rollouts.filter(({ step }) => step <= 5)).toEqual(before.rollouts);
});

test("a damaged checkpoint is set aside and the one before it taken", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 3, { checkpoints: { every: 1, keep: 5 } });
  await runToEnd(run.path);
  const before = contents(run);
  run.writeConfig({ ...run.config(), steps: 4 });
  writeFileSync(join(run.checkpointsPath, "checkpoint-3", "weight.txt"), "0");
  const refused = await engines.launch(run.path, { resume: 3 }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(RunError);
  expect((refused as RunError).message).toContain("checkpoint-3 is damaged: weight.txt");
  expect(contents(run)).toEqual(before);
  await runToEnd(run.path, true);
  expect(contents(run).steps).toEqual([0, 1, 2, 3, 4]);
  expect(contents(run).rollouts.filter(({ step }) => step <= 3)).toEqual(before.rollouts);
  expect(readdirSync(run.checkpointsPath)).toContain("checkpoint-3.damaged");
  using database = run.openDatabase({ readonly: true });
  const warning = eventPage(database, { level: "warning" }).find(({ message }) =>
    message.includes("moved aside"),
  );
  expect(warning?.message).toContain("checkpoint-3");
});

test("a finished run whose last checkpoint is damaged goes on from the one before, and viewers are told", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 5, 3, { checkpoints: { every: 1, keep: 5 } });
  await runToEnd(run.path);
  const before = contents(run);
  writeFileSync(join(run.checkpointsPath, "checkpoint-3", "weight.txt"), "0");
  await launch(run.path, true);
  using client = await connect(run.path);
  const warnings = (await until(client, isEnded)).flatMap((message) =>
    message.kind === "log" && message.level === "warning" ? [message.message] : [],
  );
  expect(warnings[0]).toContain("moved aside as checkpoint-3.damaged");
  expect(warnings[1]).toBe("going on after step 2; 1 later steps are dropped");
  expect(run.status()).toMatchObject({ state: "finished", step: 3 });
  expect(contents(run)).toEqual(before);
});

test("settings of a resume are stored once the engine has accepted them, and never by a refusal", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 3);
  await runToEnd(run.path);
  const stored = readFileSync(run.configPath, "utf8");
  const refusal = async (set: string[]) => {
    const config = loadConfig({ base: run.config(), set });
    const error = await engines.launch(run.path, { resume: true, config }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(RunError);
    return (error as RunError).message;
  };
  const kept = () => {
    using database = run.openDatabase({ readonly: true });
    expect(eventPage(database, {}).filter(({ source }) => source === "config")).toEqual([]);
    expect(readFileSync(run.configPath, "utf8")).toBe(stored);
    expect(run.status()).toMatchObject({ totalSteps: 3, step: 3 });
  };
  expect(await refusal(["rewards.learnability=peak"])).toBe("run first has all of its 3 steps");
  expect(await refusal(["steps=2"])).toBe("run first has 3 finished steps, and 2 are fewer");
  kept();
  expect(run.status().state).toBe("finished");

  // What is found only while the parts are loaded.
  const config = loadConfig({ base: run.config(), set: ["steps=5", "rewards.learnability=peak"] });
  process.env.AZR_TEST_FAIL_AT_LOAD = "1";
  try {
    await launch(run.path, true, { config });
  } finally {
    delete process.env.AZR_TEST_FAIL_AT_LOAD;
  }
  using client = await connect(run.path);
  expect((await until(client, isEnded)).at(-1)).toMatchObject({ state: "crashed", reason: "no such device" });
  kept();

  await launch(run.path, true, { config });
  using second = await connect(run.path);
  await until(second, isEnded);
  expect(run.config()).toEqual(config);
  expect(run.status()).toMatchObject({ state: "finished", step: 5, totalSteps: 5 });
  using database = run.openDatabase({ readonly: true });
  expect(
    eventPage(database, {}).flatMap(({ source, message }) => (source === "config" ? [message] : [])),
  ).toContain("steps: 3 -> 5");
});

test("a second engine, a run that has begun and a run that is done are refused", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 10, 1000);
  const refusal = async (resume: boolean | number) => {
    const error = await engines.launch(run.path, { resume }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RunError);
    return error as RunError;
  };
  const { pid } = await launch(run.path);
  expect((await refusal(true)).mend).toContain("azr-tui attach first");
  // The engine's own check, past the launcher's.
  const second = Bun.spawn([process.execPath, SCRIPTED_ENGINE, run.path, "--resume"], {
    stderr: "pipe",
    stdout: "ignore",
  });
  expect(await second.exited).toBe(6);
  expect(await new Response(second.stderr).text()).toContain(`is being trained by process ${pid}`);
  using client = await connect(run.path);
  // Not step 1: on a busy machine it is done before this viewer comes.
  await until(client, (message) => message.kind === "step");
  await client.send({ command: "stop" });
  await until(client, isEnded);
  expect((await refusal(false)).mend).toContain("--resume");
  expect((await refusal(2000)).message).toContain("has no checkpoint of step 2000");
  run.writeConfig({ ...run.config(), steps: run.status().step + 1 });
  await runToEnd(run.path, true);
  expect((await refusal(true)).mend).toContain("--steps");
});

test("what goes wrong is told to viewers, stored with the run and given as the exit code", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 1, 5);
  process.env.AZR_TEST_FAIL_AT_STEP = "2";
  try {
    await launch(run.path);
  } finally {
    delete process.env.AZR_TEST_FAIL_AT_STEP;
  }
  using client = await connect(run.path);
  expect((await until(client, isEnded)).at(-1)).toEqual({
    kind: "ended",
    state: "crashed",
    reason: "self-play broke",
    exitCode: 1,
  });
  expect(run.status()).toMatchObject({ state: "crashed", reason: "self-play broke", step: 1 });
  using database = run.openDatabase({ readonly: true });
  expect(eventPage(database, { level: "error" })[0]?.message).toBe("self-play broke");
  expect(readFileSync(run.logPath, "utf8")).toContain("scripted-parts.ts");
});

test("a model worker that dies ends the run with the reason; it can be resumed", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 1, 3);
  process.env.AZR_TEST_WORKER_DIES_AT_STEP = "3";
  try {
    await launch(run.path);
  } finally {
    delete process.env.AZR_TEST_WORKER_DIES_AT_STEP;
  }
  using client = await connect(run.path);
  expect((await until(client, isEnded)).at(-1)).toMatchObject({ state: "crashed", exitCode: 5 });
  expect(await runToEnd(run.path, true)).toMatchObject({ state: "finished" });
});

test("a disk that is full at a checkpoint ends the run with its error; what was saved before is whole", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 3);
  const child = Bun.spawn([process.execPath, SCRIPTED_ENGINE, run.path], {
    stdout: "ignore",
    stderr: "pipe",
    env: { ...process.env, AZR_TEST_DISK_FULL_AT_SAVE: "2" },
  });
  const words = await new Response(child.stderr).text();
  expect(await child.exited).toBe(new RunError("").exitCode);
  expect(words).toContain("error: the checkpoint of step 2 could not be written: Error: ENOSPC");
  expect(words).toContain("mend: Earlier checkpoints are intact. Free some disk space");
  expect(run.status()).toMatchObject({ state: "crashed", step: 1 });
  expect(readdirSync(run.checkpointsPath)).toEqual(["checkpoint-1"]);
  const before = contents(run);
  expect(await runToEnd(run.path, true)).toMatchObject({ state: "finished" });
  expect(contents(run).rollouts.filter(({ step }) => step === 1)).toEqual(before.rollouts);
});

test("an engine that ends before it can be reached gives its error to the launcher", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 0, 1);
  writeFileSync(run.configPath, '{ "steps": "many" }');
  const error = await engines.launch(run.path).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RunError);
  expect((error as RunError).message).toContain("does not hold a valid config");
  expect((error as RunError).mend).toBe("Mend the file by hand, or start a new run.");
});

test("a run in a deep folder has its socket elsewhere and works the same", async () => {
  using folder = temporaryFolder();
  const deep = join(folder.path, "d".repeat(90));
  mkdirSync(deep);
  const run = createRun(deep, "first", 0, 2);
  expect(await runToEnd(run.path)).toMatchObject({ state: "finished" });
});

test.each(["deleted", "moved"] as const)(
  "a run whose directory is %s under its engine: it ends, says so and leaves no stub",
  async (how) => {
    using folder = temporaryFolder();
    const run = createRun(folder.path, "lost", 20, 1000, { checkpoints: { every: 1 } });
    const { pid } = await launch(run.path);
    using client = await connect(run.path);
    await until(client, atStep(2));
    if (how === "deleted") rmSync(run.path, { recursive: true });
    else renameSync(run.path, `${run.path}-elsewhere`);
    const ended = (await until(client, isEnded)).at(-1);
    expect(ended).toMatchObject({ state: "crashed" });
    expect(ended?.kind === "ended" && ended.reason).toContain(`${run.path} was deleted or moved`);
    while (isAlive(pid)) await Bun.sleep(20);
    expect(existsSync(run.path)).toBe(false);
    if (how === "deleted") return;
    const status = RunDirectory.open(`${run.path}-elsewhere`).status();
    expect(status).toMatchObject({ state: "crashed", engine: null });
    expect(status.reason).toContain("is gone");
    expect(status.step).toBeGreaterThanOrEqual(2);
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process.
    return false;
  }
}
