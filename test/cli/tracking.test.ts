import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commitStep, RunDirectory } from "../../src/runs/index.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { readScalars } from "../tracking/event-reader.ts";
import { run } from "./command-line.ts";

function makeRun(folder: string) {
  const made = RunDirectory.create(join(folder, "first"), makeConfig());
  using database = made.openDatabase();
  for (const step of [1, 2]) commitStep(database, makeCommit(step, { metrics: { loss: step / 8 } }));
  return made;
}

test("export writes a table to stdout or a file, report and track write beside", async () => {
  using folder = temporaryFolder();
  const made = makeRun(folder.path);
  const options = { cwd: folder.path, env: { AZR_RUNS_DIR: folder.path } };
  const table = await run(["export", "first", "--table", "metrics"], options);
  expect(table).toMatchObject({
    code: 0,
    stdout: "step,name,value\n1,loss,0.125\n2,loss,0.25\n",
    stderr: "",
  });
  const file = await run(["export", "first", "--format", "jsonl", "--output", "steps.jsonl"], options);
  expect(file).toMatchObject({ code: 0, stdout: "" });
  expect(JSON.parse(readFileSync(join(folder.path, "steps.jsonl"), "utf8").split("\n")[1] ?? "")).toEqual({
    step: 2,
    started_at: 2000,
    finished_at: 2900,
    loss: 0.25,
  });
  expect(await run(["report", "first"], options)).toMatchObject({ code: 0, stdout: "" });
  expect(readFileSync(join(folder.path, "report-first.html"), "utf8")).toContain("<title>first</title>");
  const tracked = await run(["track", "first", "--tensorboard"], options);
  expect(tracked).toMatchObject({ code: 0, stdout: "TensorBoard: 2 steps sent\n" });
  const scalars = [
    [1, 0.125],
    [2, 0.25],
  ];
  expect(readScalars(join(made.path, "tensorboard"))).toEqual({ loss: scalars } as never);
});

test("a run that is tracked nowhere, a place that cannot be written and a run that is not are errors", async () => {
  using folder = temporaryFolder();
  makeRun(folder.path);
  const options = { cwd: folder.path, env: { AZR_RUNS_DIR: folder.path } };
  const nowhere = await run(["track", "first"], options);
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain("--tensorboard");
  const unwritable = await run(["export", "first", "--output", "none/steps.csv"], options);
  expect(unwritable.code).toBe(6);
  expect(unwritable.stderr).toContain("none/steps.csv cannot be written");
  const unknown = await run(["report", "frist"], options);
  expect(unknown.code).toBe(6);
  expect(unknown.stderr).toContain("Nearest: first");
});
