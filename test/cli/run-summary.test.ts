import { expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { goingOn, summarise, summaryLines } from "../../src/cli/run-summary.ts";
import { claimEngine, commitStep, RunDirectory, releaseEngine } from "../../src/runs/index.ts";
import { makeCommit, makeConfig, makeTask, temporaryFolder } from "../runs/fixtures.ts";

function makeRun(folder: string): RunDirectory {
  const config = makeConfig({ selfplay: { tasks: ["induction", "deduction"] } });
  const run = RunDirectory.create(join(folder, "first"), config);
  using database = run.openDatabase();
  const tasks = [1, 2, 3].map((id) => makeTask(id, { evictedStep: id === 3 ? 1 : null }));
  commitStep(database, makeCommit(1, { tasks, evicted: [1] }));
  return run;
}

test("tasks are counted by the run's types, those in the buffer and those given up apart", () => {
  using folder = temporaryFolder();
  const summary = summarise(makeRun(folder.path));
  expect(summary.tasks).toEqual({
    deduction: { kept: 1, evicted: 2 },
    induction: { kept: 0, evicted: 0 },
  });
  expect(summaryLines(summary)).toContain("tasks in the buffers: 1 deduction (2 more given up), 0 induction");
});

test("what leads on names the benchmark that the command scores", () => {
  using folder = temporaryFolder();
  const command = goingOn(summarise(makeRun(folder.path))).find(([line]) => line.includes(" eval "));
  expect(command?.[0]).toEndWith("eval --model first");
  expect(command?.[1]).toBe("azr-mini, the small benchmark, with the trained weights");
});

test("a copied run goes by its directory's name, in its summary and where its engine is at work", () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  cpSync(run.path, join(folder.path, "second"), { recursive: true });
  const copy = RunDirectory.open(join(folder.path, "second"));
  expect([summarise(run).status.name, summarise(copy).status.name]).toEqual(["first", "second"]);
  using database = copy.openDatabase();
  claimEngine(database);
  using other = copy.openDatabase();
  expect(() => claimEngine(other)).toThrow(`run second is being trained by process ${process.pid}`);
  releaseEngine(database);
});
