import { expect, test } from "bun:test";
import { join } from "node:path";
import { insertMetrics, RunDirectory, rewardSeries } from "../../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "../fixtures.ts";

test("the solver's reward is the mean over the types that the step has, the last steps of it", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "a"), makeConfig());
  using database = run.openDatabase();
  insertMetrics(database, 1, { "solve/deduction/reward": 0, "solve/abduction/reward": 1, "update/loss": 9 });
  insertMetrics(database, 2, { "solve/deduction/reward": 0.5 });
  insertMetrics(database, 3, { "solve/deduction/reward": Number.NaN });
  expect(rewardSeries(database, 10)).toEqual([
    { step: 1, value: 0.5 },
    { step: 2, value: 0.5 },
    { step: 3, value: null },
  ]);
  expect(rewardSeries(database, 2).map(({ step }) => step)).toEqual([2, 3]);
});

test("a run on given texts fares by its loss", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "a"), makeConfig());
  using database = run.openDatabase();
  insertMetrics(database, 1, { "update/loss": 2.5 });
  expect(rewardSeries(database, 10)).toEqual([{ step: 1, value: 2.5 }]);
});
