import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect, type EngineClient } from "../../src/engine/client.ts";
import type { ServerMessage } from "../../src/engine/protocol.ts";
import { ModelLoadError, RunError, SandboxError } from "../../src/errors/index.ts";
import {
  checkpoints,
  countTasks,
  evaluationSamples,
  evaluations,
  metricSeries,
  RunDirectory,
  rolloutPage,
  stepMetrics,
  taskPage,
} from "../../src/runs/index.ts";
import { expandMetric, METRICS, metricEntry, SOLVE_RATE_BINS } from "../../src/runs/metric-names.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines } from "./launched-engines.ts";

/** The engine process as users have it: SmolLM2 in 4 bits, the real sandbox, real updates; few and short samples. */
setDefaultTimeout(600_000);

function createRun(folder: string, name: string, steps: number, more: Record<string, unknown> = {}) {
  return RunDirectory.create(
    join(folder, name),
    makeConfig({
      steps,
      seed: 11,
      adapter: { type: "lora", rank: 4, alpha: 8 },
      selfplay: {
        tasks: ["deduction", "abduction"],
        prompt: "compact",
        proposals: 2,
        tasks_per_step: 1,
        references: 1,
        estimation_samples: 2,
        reuse_estimates: true,
        seed_tasks: 0,
        max_prompt_tokens: 768,
        propose: { temperature: 0.8, max_tokens: 40 },
        solve: { temperature: 0.8, max_tokens: 16 },
      },
      training: { optimizer: { learning_rate: 1e-3 }, tokens_per_microbatch: 1024 },
      sandbox: { workers: 2 },
      ...more,
    }),
  );
}

const engines = new LaunchedEngines("real");
afterEach(() => engines.kill());

const launch = (path: string, resume = false) => engines.launch(path, { resume });

async function until(client: EngineClient, condition: (message: ServerMessage) => boolean) {
  let last: ServerMessage | undefined;
  for await (const message of client) {
    last = message;
    if (condition(message)) return message;
  }
  throw new Error(`the engine ended before: ${JSON.stringify(last)}`);
}

const isEnded = (message: ServerMessage) => message.kind === "ended";
const inPhase = (phase: string, step: number) => (message: ServerMessage) =>
  message.kind === "snapshot" &&
  message.snapshot.progress?.phase === phase &&
  message.snapshot.progress.step === step;

async function runToEnd(path: string, resume = false) {
  await launch(path, resume);
  using client = await connect(path);
  return await until(client, isEnded);
}

/** What must be equal between a run and the same run killed and resumed. */
function contents(run: RunDirectory) {
  using database = run.openDatabase({ readonly: true });
  return {
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
    loss: metricSeries(database, "update/loss"),
    norm: metricSeries(database, "update/gradient_norm"),
  };
}

test("two steps train; a run killed in its second step and resumed holds the same", async () => {
  using folder = temporaryFolder();
  const whole = createRun(folder.path, "whole", 2);
  expect(await runToEnd(whole.path)).toMatchObject({ state: "finished", exitCode: 0 });
  const expected = contents(whole);
  using database = whole.openDatabase({ readonly: true });
  expect(countTasks(database, { origin: "seed" })).toBe(2);
  // Two types, two proposals each, in two steps; answers beside them.
  expect(rolloutPage(database, { role: "propose" }).length).toBe(8);
  expect(
    expected.rollouts.every(({ response, responseTokens }) => response.length > 0 || responseTokens > 0),
  ).toBe(true);
  expect(expected.loss.map(({ step }) => step)).toEqual([1, 2]);
  const metrics = stepMetrics(database, 2);
  for (const name of ["seconds/propose", "seconds/update", "generation/tokens_per_second", "memory/active"]) {
    expect(metrics[name]).toBeGreaterThan(0);
  }
  expect(checkpoints(database).map(({ step }) => step)).toEqual([2, 1]);
  // What is documented is there, and nothing else.
  const names = new Set(Object.keys(metrics));
  expect([...names].filter((name) => metricEntry(name) === null)).toEqual([]);
  const always = METRICS.filter(({ when }) => when === undefined);
  const documented = always.flatMap(({ name }) =>
    name.includes("<bin>")
      ? SOLVE_RATE_BINS.flatMap((bin) => expandMetric(name.replace("<bin>", bin), ["deduction", "abduction"]))
      : expandMetric(name, ["deduction", "abduction"]),
  );
  expect(documented.filter((name) => !names.has(name))).toEqual([]);
  expect(metrics["overlap/exposed"]).toBeLessThan(0.5);

  const killed = createRun(folder.path, "killed", 2);
  const { pid } = await launch(killed.path);
  using client = await connect(killed.path);
  await until(client, inPhase("propose", 2));
  process.kill(pid, "SIGKILL");
  expect(await until(client, isEnded)).toMatchObject({ state: "crashed" });
  expect(killed.status()).toMatchObject({ state: "crashed", step: 1, engine: null });
  expect(await runToEnd(killed.path, true)).toMatchObject({ state: "finished" });
  expect(contents(killed)).toEqual(expected);
});

test("a run killed within an evaluation keeps the samples that were judged and makes the others alone", async () => {
  using folder = temporaryFolder();
  const evaluation = {
    every: 1,
    benchmarks: ["azr-mini"],
    limit: 5,
    samples: 2,
    temperature: 0.8,
    max_tokens: 48,
  };
  const killed = createRun(folder.path, "killed", 1, { evaluation });
  const { pid } = await launch(killed.path);
  using client = await connect(killed.path);
  const judged = (m: ServerMessage) => (m.kind === "snapshot" ? (m.snapshot.progress?.done ?? 0) : 0);
  await until(client, (m) => inPhase("evaluate", 1)(m) && judged(m) >= 2);
  process.kill(pid, "SIGKILL");
  await until(client, isEnded);
  const samples = () => {
    const [file = "", ...others] = readdirSync(join(killed.path, "evaluations"));
    expect(others).toEqual([]);
    return readFileSync(join(killed.path, "evaluations", file), "utf8")
      .split("\n")
      .filter(Boolean);
  };
  const kept = samples();
  expect(kept.length).toBeWithin(2, 10);
  expect(await runToEnd(killed.path, true)).toMatchObject({ state: "finished" });
  expect(samples().slice(0, kept.length)).toEqual(kept);
  expect(samples()).toHaveLength(10);

  using database = killed.openDatabase({ readonly: true });
  const [made, ...others] = evaluations(database);
  expect(others).toEqual([]);
  const stored = evaluationSamples(database, made?.id ?? 0).map(({ problem, sample }) => [problem, sample]);
  expect(stored).toEqual(
    [1, 2, 3, 4, 5].flatMap((i) => [0, 1].map((sample) => [`azr-mini/easy/0${i}`, sample])),
  );
});

test("pause, step and stop over the socket, in the middle of a generation; a second engine is refused", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 50, { checkpoints: { every: 100 } });
  await launch(run.path);
  using client = await connect(run.path);
  // The first sample is there: tokens are being drawn.
  await until(client, (m) => m.kind === "snapshot" && (m.snapshot.progress?.done ?? 0) > 0);
  expect(await client.send({ command: "pause" })).toBe("paused");
  // What the worker said before it read the pause is still on its way.
  await Bun.sleep(3000);
  const progress = async () => {
    using viewer = await connect(run.path);
    return viewer.hello.snapshot.progress;
  };
  const before = await progress();
  expect(before?.phase).toBe("propose");
  await Bun.sleep(2000);
  expect(await progress()).toEqual(before);

  const second = await engines.launch(run.path, { resume: true }).catch((error: unknown) => error);
  expect(second).toBeInstanceOf(RunError);
  expect((second as RunError).mend).toContain("azr-tui attach first");

  await client.send({ command: "step" });
  await until(client, (message) => message.kind === "step" && message.step === 1);
  await until(client, (message) => message.kind === "snapshot" && message.snapshot.state === "paused");
  expect(run.status()).toMatchObject({ state: "paused", step: 1 });
  await client.send({ command: "resume" });
  await until(client, inPhase("propose", 2));
  await client.send({ command: "stop" });
  expect(await until(client, isEnded)).toMatchObject({ state: "stopped", exitCode: 0 });
  using database = run.openDatabase({ readonly: true });
  expect(checkpoints(database).map(({ step }) => step)).toEqual([run.status().step]);
});

test("a model or sandbox that cannot be had ends the engine with its error", async () => {
  using folder = temporaryFolder();
  const ending = async (name: string, more: Record<string, unknown>) => {
    const run = createRun(folder.path, name, 1, more);
    await launch(run.path);
    using client = await connect(run.path);
    return await until(client, isEnded);
  };
  const damaged = join(folder.path, "damaged.gguf");
  writeFileSync(damaged, "GGUF but no more");
  expect(await ending("damaged", { model: { source: damaged } })).toMatchObject({
    state: "crashed",
    exitCode: new ModelLoadError("").exitCode,
  });
  expect(await ending("unknown", { model: { source: "smollm3-135m" } })).toMatchObject({
    reason: expect.stringContaining("smollm3-135m"),
    exitCode: new ModelLoadError("").exitCode,
  });
  expect(await ending("unsafe", { sandbox: { backend: "unsafe-local" } })).toMatchObject({
    exitCode: new SandboxError("").exitCode,
  });
});
