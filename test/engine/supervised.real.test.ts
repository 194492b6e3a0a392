import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../src/engine/client.ts";
import { metricSeries, RunDirectory } from "../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { LaunchedEngines } from "./launched-engines.ts";

/** The engine process as users have it, SmolLM2 in 4 bits, on eight rows. */
setDefaultTimeout(300_000);

const engines = new LaunchedEngines("real");
afterEach(() => engines.kill());

const WORDS = ["zebra", "melon", "oslo", "baker", "frost", "ruler", "amber", "ink"];
const ROWS = WORDS.map((word, i) => ({
  prompt: `Question ${i}: what is the word?\n`,
  completion: `The word is ${word}.`,
}));

function createRun(
  folder: string,
  name: string,
  { init, rate = 3e-3 }: { init?: string; rate?: number } = {},
) {
  const data = join(folder, "rows.jsonl");
  writeFileSync(data, ROWS.map((row) => JSON.stringify(row)).join("\n"));
  const config = makeConfig({
    seed: 3,
    adapter: { type: "lora", rank: 4, alpha: 8, ...(init ? { init } : {}) },
    training: {
      algorithm: { type: "sft", data, validation: data, validate_every: 4, epochs: 2, batch_size: 4 },
      optimizer: { learning_rate: rate },
    },
  });
  return RunDirectory.create(join(folder, name), config);
}

async function runToEnd(path: string, options: { resume?: boolean; killAfter?: number } = {}) {
  const { pid } = await engines.launch(path, { resume: options.resume ?? false });
  using client = await connect(path);
  for await (const message of client) {
    if (message.kind === "step" && message.step === options.killAfter) process.kill(pid, "SIGKILL");
    if (message.kind === "ended") return message;
  }
  throw new Error("the engine did not say how it ended");
}

function losses(run: RunDirectory, name = "update/loss") {
  using database = run.openDatabase({ readonly: true });
  return metricSeries(database, name).map(({ value }) => value ?? Number.NaN);
}

test("eight rows are learnt in four steps; killed and resumed the losses are the same; a run starts from the weights", async () => {
  using folder = temporaryFolder();
  const whole = createRun(folder.path, "whole");
  expect(await runToEnd(whole.path)).toMatchObject({ state: "finished" });
  const [before, after] = losses(whole, "validation/loss") as [number, number];
  expect(before).toBeGreaterThan(2);
  expect(after).toBeLessThan(before / 2);

  const killed = createRun(folder.path, "killed");
  expect(await runToEnd(killed.path, { killAfter: 2 })).toMatchObject({ state: "crashed" });
  expect(await runToEnd(killed.path, { resume: true })).toMatchObject({ state: "finished" });
  expect(losses(killed)).toEqual(losses(whole));

  const warm = createRun(folder.path, "warm", { init: join(whole.checkpointsPath, "checkpoint-4") });
  expect(await runToEnd(warm.path)).toMatchObject({ state: "finished" });
  expect(losses(warm, "validation/loss")[0]).toBeCloseTo(after, 6);
});

test("the third update in a row that is not finite ends the run; with a rate that works it goes on from its checkpoint", async () => {
  using folder = temporaryFolder();
  const run = createRun(folder.path, "wild", { rate: 1e39 });
  const ended = await runToEnd(run.path);
  expect(ended).toMatchObject({ state: "crashed" });
  expect(JSON.stringify(ended)).toContain(
    "step 3: 3 updates in a row would have left weights that are not finite",
  );
  expect(readdirSync(run.checkpointsPath)).toEqual(expect.arrayContaining(["checkpoint-1", "checkpoint-2"]));
  const config = run.config();
  run.writeConfig({
    ...config,
    training: { ...config.training, optimizer: { ...config.training.optimizer, learning_rate: 3e-3 } },
  });
  expect(await runToEnd(run.path, { resume: true })).toMatchObject({ state: "finished" });
  expect(losses(run, "update/updates")).toEqual([0, 0, 1, 1]);
});
