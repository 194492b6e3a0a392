import { afterEach, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import { connect } from "../../src/engine/client.ts";
import { eventPage, RunDirectory } from "../../src/runs/index.ts";
import { LaunchedEngines } from "../engine/launched-engines.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { readScalars } from "./event-reader.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

const makeRun = (folder: string, pace: number, steps: number, tracking: ConfigInput["tracking"]) =>
  RunDirectory.create(
    join(folder, "first"),
    scriptedConfig(pace, steps, { tracking, checkpoints: { keep: 100 } }),
  );

async function launch(run: RunDirectory, resume: boolean | number = false): Promise<number> {
  const { pid } = await engines.launch(run.path, { resume });
  return pid;
}

async function runToEnd(run: RunDirectory, resume: boolean | number = false): Promise<void> {
  await launch(run, resume);
  using client = await connect(run.path);
  for await (const message of client) if (message.kind === "ended") return;
}

/** Waits for the tracker's last line of its `count`-th life. */
async function trackerEnds(run: RunDirectory, count = 1): Promise<string> {
  const log = join(run.path, "tracking.log");
  for (;;) {
    const text = existsSync(log) ? readFileSync(log, "utf8") : "";
    if ([...text.matchAll(/steps sent|error:/g)].length >= count) return text;
    await Bun.sleep(20);
  }
}

const stepsOf = (directory: string, tag: string) => readScalars(directory)[tag]?.map(([step]) => step);

test("event files are written beside a run; killed and resumed from an earlier step, each step is there once", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path, 5, 15, { tensorboard: true });
  const pid = await launch(run);
  while (run.status().step < 3) await Bun.sleep(10);
  process.kill(pid, "SIGKILL");
  expect(await trackerEnds(run)).toContain("TensorBoard");
  const killedAt = run.status().step;
  const directory = join(run.path, "tensorboard");
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
  expect(stepsOf(directory, "update/loss")).toEqual(upTo(killedAt));
  await runToEnd(run, 2);
  await trackerEnds(run, 2);
  expect(stepsOf(directory, "update/loss")).toEqual(upTo(15));
});

test("a tracker that fails leaves a warning in the run's log, and the run trains on", async () => {
  using folder = temporaryFolder();
  const taken = join(folder.path, "taken");
  writeFileSync(taken, "");
  const run = makeRun(folder.path, 5, 10_000, { tensorboard: join(taken, "events") });
  await launch(run);
  using database = run.openDatabase({ readonly: true });
  const warnings = () => eventPage(database, { source: "tracking", level: "warning" });
  while (warnings().length === 0) await Bun.sleep(10);
  expect(warnings()[0]?.message).toContain("event files cannot be written into");
  expect(warnings()[0]?.message).toContain("training goes on");
  const { step } = run.status();
  while (run.status().step < step + 2) await Bun.sleep(10);
  using client = await connect(run.path, { as: "lines" });
  await client.send({ command: "stop" });
  for await (const message of client) if (message.kind === "ended") expect(message.state).toBe("stopped");
});

test("nothing is started or written when nothing is tracked", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path, 0, 2, {});
  await runToEnd(run);
  expect(existsSync(join(run.path, "tracking.log"))).toBe(false);
  expect(existsSync(join(run.path, "tensorboard"))).toBe(false);
});
