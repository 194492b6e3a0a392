import { expect, test } from "bun:test";
import { join } from "node:path";
import { finalFigures, insertMetrics, RunDirectory, settingDifferences } from "../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "./fixtures.ts";

test("only the settings that are not the same in all, a variant's own ones among them", () => {
  const configs = [
    makeConfig({ seed: 1 }),
    makeConfig({ seed: 1, adapter: { type: "full" } }),
    makeConfig({ seed: 2, selfplay: { tasks: ["abduction"] } }),
  ];
  const found = Object.fromEntries(settingDifferences(configs).map(({ path, values }) => [path, values]));
  expect(found["adapter.type"]).toEqual(["lora", "full", "lora"]);
  expect(found["adapter.rank"]).toEqual([16, undefined, 16]);
  expect(found.seed).toEqual([1, 1, 2]);
  expect(found["selfplay.tasks"]?.[2]).toEqual(["abduction"]);
  expect(Object.keys(found).filter((path) => !/^(adapter\.|seed$|selfplay\.tasks$)/.test(path))).toEqual([]);
  expect(settingDifferences([makeConfig(), makeConfig()])).toEqual([]);
});

test("a final figure is the mean of the last ten steps that have it, in the order of the reference", () => {
  using folder = temporaryFolder();
  const databases = [1, 2].map((factor) => {
    const run = RunDirectory.create(join(folder.path, String(factor)), makeConfig());
    const database = run.openDatabase();
    for (let step = 1; step <= 20; step++) {
      insertMetrics(database, step, { "seconds/step": factor * step, "solve/deduction/reward": factor });
    }
    return database;
  });
  insertMetrics(databases[0] as (typeof databases)[0], 20, { "evaluation/humaneval/pass@1": 0.5 });
  const figures = finalFigures(databases);
  expect(figures.find(({ name }) => name === "seconds/step")?.values).toEqual([15.5, 31]);
  expect(figures.find(({ name }) => name === "evaluation/humaneval/pass@1")?.values).toEqual([0.5, null]);
  expect(figures[0]?.name).toBe("solve/deduction/reward");
  for (const database of databases) database.close();
});
