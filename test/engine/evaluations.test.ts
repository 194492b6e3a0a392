import { afterEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointOf } from "../../src/cli/trained-place.ts";
import type { ConfigInput } from "../../src/config/schema.ts";
import { connect } from "../../src/engine/client.ts";
import {
  bestCheckpoint,
  checkpoints,
  evaluations,
  metricSeries,
  RunDirectory,
  rolloutPage,
  taskPage,
} from "../../src/runs/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines } from "./launched-engines.ts";
import { scriptedConfig } from "./scripted-parts.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

async function runToEnd(path: string, resume: boolean | number = false): Promise<void> {
  await engines.launch(path, { resume });
  using client = await connect(path);
  for await (const message of client) if (message.kind === "ended") return;
}

async function finished(folder: string, name: string, steps: number, more: ConfigInput = {}) {
  const run = RunDirectory.create(join(folder, name), scriptedConfig(0, steps, more));
  await runToEnd(run.path);
  return run;
}

/** What a run learnt and from what: rollouts, tasks, and the hashes of the last checkpoint's files. */
function learnt(run: RunDirectory, step: number) {
  using database = run.openDatabase({ readonly: true });
  const manifest = readFileSync(join(run.checkpointsPath, `checkpoint-${step}`, "manifest.json"), "utf8");
  return {
    rollouts: rolloutPage(database, {}, { limit: 1000 }),
    tasks: taskPage(database, {}, "oldest", { limit: 1000 }),
    loss: metricSeries(database, "update/loss"),
    tokens: metricSeries(database, "generation/tokens"),
    weights: JSON.parse(manifest).files,
  };
}

test("a run with evaluations has the rollouts, the tokens and the weights of the run without", async () => {
  using folder = temporaryFolder();
  const without = await finished(folder.path, "without", 4);
  const evaluation = { every: 1, start: true, benchmarks: ["humaneval" as const, "gsm8k" as const] };
  const measured = await finished(folder.path, "with", 4, { evaluation });
  using database = measured.openDatabase({ readonly: true });
  expect(evaluations(database, "gsm8k").map(({ step }) => step)).toEqual([4, 3, 2, 1, 0]);
  expect(learnt(measured, 4)).toEqual(learnt(without, 4));
});

test("evaluations come every N steps, before the first and after the last, each benchmark once a step", async () => {
  using folder = temporaryFolder();
  const evaluation = {
    every: 2,
    start: true,
    end: true,
    benchmarks: ["humaneval" as const, "mbpp" as const],
  };
  const run = await finished(folder.path, "run", 5, { evaluation });
  using database = run.openDatabase({ readonly: true });
  for (const name of ["humaneval", "mbpp"]) {
    expect(evaluations(database, name).map(({ step }) => step)).toEqual([5, 4, 2, 0]);
    expect(metricSeries(database, `evaluation/${name}/pass@1`)).toEqual([
      { step: 0, value: 0 },
      { step: 2, value: 0.2 },
      { step: 4, value: 0.2 },
      { step: 5, value: 0.1 },
    ]);
  }
});

test("the best checkpoint stays beside the last ones, is named, and a resume goes on with it", async () => {
  using folder = temporaryFolder();
  const run = await finished(folder.path, "run", 6, {
    checkpoints: { every: 2, keep: 1, best: { metric: "evaluation/humaneval/pass@1" } },
    evaluation: { every: 1 },
  });
  const state = () => {
    using database = run.openDatabase({ readonly: true });
    return { best: bestCheckpoint(database), kept: checkpoints(database).map(({ step }) => step) };
  };
  const best = { step: 3, metric: "evaluation/humaneval/pass@1", value: 0.3 };
  expect(state()).toEqual({ best, kept: [6, 3] });
  expect(readdirSync(run.checkpointsPath).sort()).toEqual([
    "checkpoint-3",
    "checkpoint-6",
    "checkpoint-final",
  ]);
  expect(checkpointOf(run, "best").step).toBe(3);
  expect(checkpointOf(run, undefined).step).toBe(6);

  const whole = learnt(run, 6);
  await runToEnd(run.path, 3);
  expect(state()).toEqual({ best, kept: [6, 3] });
  expect(learnt(run, 6)).toEqual(whole);
});

test("the least value can be the best, of any figure; without one there is no best checkpoint", async () => {
  using folder = temporaryFolder();
  const metric = "propose/deduction/reward";
  const least = await finished(folder.path, "least", 5, {
    checkpoints: { keep: 1, best: { metric, mode: "min" } },
  });
  using database = least.openDatabase({ readonly: true });
  const values = metricSeries(database, metric).map(({ step, value }) => ({ step, value: value ?? 0 }));
  const lowest = values.reduce((best, point) => (point.value < best.value ? point : best));
  expect(bestCheckpoint(database)).toEqual({ metric, ...lowest });
  expect(checkpoints(database).map(({ step }) => step)).toEqual([...new Set([5, lowest.step])]);
  const none = await finished(folder.path, "none", 1);
  expect(() => checkpointOf(none, "best")).toThrow("has no best checkpoint yet");
});
