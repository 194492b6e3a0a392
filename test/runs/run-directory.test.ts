import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/errors/index.ts";
import {
  claimEngine,
  commitStep,
  listRuns,
  RunDirectory,
  releaseEngine,
  runStatus,
  setRunState,
} from "../../src/runs/index.ts";
import { processStart } from "../../src/runs/process-identity.ts";
import { makeCommit, makeConfig, temporaryFolder } from "./fixtures.ts";

function refusal(body: () => unknown): RunError {
  try {
    body();
  } catch (error) {
    expect(error).toBeInstanceOf(RunError);
    return error as RunError;
  }
  throw new Error("nothing was refused");
}

test("a new run keeps its resolved config and starts as created", () => {
  using folder = temporaryFolder();
  const config = makeConfig({ steps: 7, seed: 3 });
  const run = RunDirectory.create(join(folder.path, "first"), config);
  expect(RunDirectory.open(run.path).config()).toEqual(config);
  expect(run.status()).toMatchObject({
    name: "first",
    state: "created",
    step: 0,
    totalSteps: 7,
    engine: null,
  });
});

test("a taken name is refused, with attach or resume as the mend", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "first");
  const run = RunDirectory.create(path, makeConfig());
  expect(refusal(() => RunDirectory.create(path, makeConfig())).mend).toContain("--resume");
  using database = run.openDatabase();
  claimEngine(database);
  const error = refusal(() => RunDirectory.create(path, makeConfig()));
  expect(error.message).toContain(`process ${process.pid}`);
  expect(error.mend).toContain("azr-tui attach first");
});

test("a folder that holds something else is refused", () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "thesis.tex"), "x");
  expect(refusal(() => RunDirectory.create(folder.path, makeConfig())).message).toContain("thesis.tex");
  expect(refusal(() => RunDirectory.open(folder.path)).message).toContain("not a run");
});

test("a config that does not fit the schema is named", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  writeFileSync(run.configPath, '{ "steps": "many" }');
  expect(refusal(() => run.config()).message).toContain("config.json");
});

test("one engine holds a run; the claim of a dead one is taken over", async () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  const claimer = Bun.spawn(
    [
      process.execPath,
      "-e",
      `const { RunDirectory, announceSocket, claimEngine } = await import(${JSON.stringify(join(import.meta.dir, "../../src/runs/index.ts"))});
       const database = RunDirectory.open(${JSON.stringify(run.path)}).openDatabase();
       claimEngine(database); announceSocket(database, "a.sock"); console.log("claimed"); setInterval(() => {}, 1000);`,
    ],
    { stdout: "pipe" },
  );
  await claimer.stdout.getReader().read();
  setRunState(database, "running");
  expect(runStatus(database)).toMatchObject({
    state: "running",
    engine: { pid: claimer.pid, socket: "a.sock" },
  });
  expect(refusal(() => claimEngine(database)).message).toContain(String(claimer.pid));
  claimer.kill("SIGKILL");
  await claimer.exited;
  expect(runStatus(database)).toMatchObject({ state: "crashed", engine: null });
  claimEngine(database);
  expect(runStatus(database)).toMatchObject({
    state: "running",
    engine: { pid: process.pid, socket: null },
  });
  releaseEngine(database);
  expect(runStatus(database).engine).toBeNull();
});

test("a process id that was given to another process since is not taken for the engine", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig());
  using database = run.openDatabase();
  database.run("INSERT INTO engine VALUES (1, ?, 'earlier', 'a.sock', 0)", [process.pid]);
  expect(runStatus(database).engine).toBeNull();
  expect(processStart(process.pid)).toBeString();
  expect(processStart(2 ** 22 + 1)).toBeNull();
});

test("runs are listed by the last activity, unreadable ones apart", () => {
  using folder = temporaryFolder();
  const older = RunDirectory.create(join(folder.path, "older"), makeConfig());
  RunDirectory.create(join(folder.path, "newer"), makeConfig());
  using database = older.openDatabase();
  const later = Date.now() + 60_000;
  commitStep(database, makeCommit(1, { finishedAt: later }));
  mkdirSync(join(folder.path, "broken"));
  writeFileSync(join(folder.path, "broken", "config.json"), "{}");
  mkdirSync(join(folder.path, "unrelated"));
  const { runs, unreadable } = listRuns(folder.path);
  expect(runs.map((run) => [run.name, run.step])).toEqual([
    ["older", 1],
    ["newer", 0],
  ]);
  expect(runs[0]?.activeAt).toBe(later);
  expect(unreadable.map((run) => run.path)).toEqual([join(folder.path, "broken")]);
  expect(listRuns(join(folder.path, "nowhere"))).toEqual({ runs: [], unreadable: [] });
});
