import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { RunDirectory } from "../../src/runs/index.ts";
import { processStart } from "../../src/runs/process-identity.ts";
import { LaunchedEngines } from "../engine/launched-engines.ts";
import { scriptedConfig } from "../engine/scripted-parts.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { run, start } from "./command-line.ts";

const engines = new LaunchedEngines();
afterEach(() => engines.kill());

/** A run in `folder` whose scripted engine is at work. */
async function launch(folder: string, name: string, pace: number, steps: number) {
  const directory = RunDirectory.create(join(folder, name), scriptedConfig(pace, steps));
  const { pid } = await engines.launch(directory.path);
  return { directory, pid, env: { AZR_RUNS_DIR: folder } };
}

test("a run is followed to its end: a line per phase, a summary and how to go on", async () => {
  using folder = temporaryFolder();
  const { env } = await launch(folder.path, "first", 20, 6);
  const { stdout, code } = await run(["attach", "first", "--headless"], { env });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^step 6 {2}propose +\d+\.\d s {2}\d samples {2}[\d.]+ samples\/s/m);
  expect(stdout).toMatch(/^step 6 {2}update +\d+\.\d s/m);
  expect(stdout).toMatch(/^step 6 of 6: [\d.]+ s \(propose/m);
  expect(stdout).toContain("first finished: all 6 steps are done");
  expect(stdout).toMatch(/azr-tui attach first +its curves/);
  expect(stdout).toContain("azr-tui train first --resume --num_steps 12");
  expect(stdout).not.toContain("\x1b");
}, 30_000);

test("--json gives one object a line, the last of them the end", async () => {
  using folder = temporaryFolder();
  const { env } = await launch(folder.path, "first", 20, 6);
  const { stdout, code } = await run(["attach", "--json"], { env });
  expect(code).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ kind }) => kind === "step").map(({ step }) => step)).toContain(6);
  expect(lines.at(-1)).toEqual({
    kind: "ended",
    state: "finished",
    reason: "all 6 steps are done",
    exitCode: 0,
  });
}, 30_000);

test("leaving by Ctrl-C lets the run go on; runs stop ends it with a checkpoint", async () => {
  using folder = temporaryFolder();
  const { env, pid, directory } = await launch(folder.path, "long", 5, 500);
  const viewer = start(["attach", "long", "--headless"], { env });
  const reader = viewer.stdout.getReader();
  await reader.read();
  viewer.kill("SIGINT");
  expect(await viewer.exited).toBe(130);
  expect(processStart(pid)).not.toBeNull();
  const stopped = await run(["runs", "stop", "long"], { env });
  expect(stopped.code).toBe(0);
  expect(stopped.stderr).toMatch(/^stopped by \S+@\S+:\d+/m);
  expect(directory.status().state).toBe("stopped");
  const list = await run(["runs", "list"], { env });
  expect(list.stdout).toMatch(/^long {2}stopped +\d+\/500 /);
  const again = await run(["runs", "stop", "long"], { env });
  expect(again.code).toBe(6);
}, 30_000);

test("a crashed engine is an error with its reason, the way to resume and the kind's exit code", async () => {
  using folder = temporaryFolder();
  const { env, pid } = await launch(folder.path, "long", 5, 500);
  const viewer = start(["attach", "long", "--headless"], { env });
  const stderr = new Response(viewer.stderr).text();
  await viewer.stdout.getReader().read();
  process.kill(pid, "SIGKILL");
  expect(await viewer.exited).not.toBe(0);
  expect(await stderr).toContain("the engine ended without saying why");
  expect(await stderr).toContain("azr-tui train long --resume");
}, 30_000);

test("runs show gives state and figures; a name that is no run names the nearest", async () => {
  using folder = temporaryFolder();
  const { env } = await launch(folder.path, "first", 0, 2);
  await run(["attach", "first", "--headless"], { env });
  const shown = JSON.parse((await run(["runs", "show", "first", "--json"], { env })).stdout);
  expect(shown.status).toMatchObject({ name: "first", state: "finished", step: 2, totalSteps: 2 });
  expect(shown.checkpoints.map(({ directory }: { directory: string }) => directory)).toContain(
    "checkpoint-2",
  );
  expect(shown.config.steps).toBe(2);
  const wrong = await run(["runs", "show", "fist"], { env });
  expect(wrong.code).toBe(6);
  expect(wrong.stderr).toContain("Nearest: first");
  const taken = await run(["train", "first", "--preset", "smollm2"], { env });
  expect(taken.code).toBe(6);
  expect(taken.stderr).toContain("exists already");
}, 60_000);
