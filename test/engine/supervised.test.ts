import { afterEach, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../src/engine/client.ts";
import type { ServerMessage } from "../../src/engine/protocol.ts";
import { metricSeries, RunDirectory } from "../../src/runs/index.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines } from "./launched-engines.ts";
import { scriptedConfig } from "./scripted-parts.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

function createRun(folder: string, name: string, pace: number) {
  const data = join(folder, "rows.jsonl");
  writeFileSync(data, Array.from({ length: 10 }, (_, i) => JSON.stringify({ text: `row ${i}` })).join("\n"));
  const algorithm = {
    type: "sft" as const,
    data,
    held_out: 0.2,
    validate_every: 2,
    epochs: 3,
    batch_size: 4,
  };
  return RunDirectory.create(
    join(folder, name),
    scriptedConfig(pace, 500, { training: { algorithm }, checkpoints: { every: 2, keep: 2 } }),
  );
}

/** The end's message; the engine is killed at once after a step that is named. */
async function runToEnd(path: string, options: { resume?: boolean; killAfter?: number } = {}) {
  const { pid } = await engines.launch(path, { resume: options.resume ?? false });
  using client = await connect(path);
  let last: ServerMessage | undefined;
  for await (const message of client) {
    last = message;
    if (message.kind === "step" && message.step === options.killAfter) process.kill(pid, "SIGKILL");
    if (message.kind === "ended") break;
  }
  return last;
}

function curves(run: RunDirectory) {
  using database = run.openDatabase({ readonly: true });
  return ["update/loss", "validation/loss", "epoch"].map((name) => metricSeries(database, name));
}

test("a run on given texts has as many steps as its epochs take, and validates; killed and resumed it is the same", async () => {
  using folder = temporaryFolder();
  const whole = createRun(folder.path, "whole", 0);
  expect(await runToEnd(whole.path)).toMatchObject({ state: "finished", reason: "all 6 steps are done" });
  expect(whole.status()).toMatchObject({ step: 6, totalSteps: 6 });
  const [loss, validation, epoch] = curves(whole);
  expect(loss?.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(validation?.map(({ step }) => step)).toEqual([0, 2, 4, 6]);
  expect(epoch?.at(-1)?.value).toBe(3);

  const killed = createRun(folder.path, "killed", 10);
  expect(await runToEnd(killed.path, { killAfter: 3 })).toMatchObject({ state: "crashed" });
  expect(await runToEnd(killed.path, { resume: true })).toMatchObject({ state: "finished" });
  expect(curves(killed)).toEqual(curves(whole));
});

test("a run does not go on with data that was changed", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "first", 10);
  await runToEnd(run.path, { killAfter: 2 });
  writeFileSync(join(folder.path, "rows.jsonl"), '{"text": "another"}\n{"text": "third"}');
  expect(await runToEnd(run.path, { resume: true })).toMatchObject({
    state: "crashed",
    reason: expect.stringContaining("rows.jsonl is not what it was when the run began"),
  });
});
