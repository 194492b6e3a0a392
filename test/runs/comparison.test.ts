import { expect, test } from "bun:test";
import { join } from "node:path";
import type { Config } from "../../src/config/schema.ts";
import {
  type DatedConfig,
  datedSettings,
  finalFigures,
  insertMetrics,
  RunDirectory,
  settingDifferences,
  settingWords,
} from "../../src/runs/index.ts";
import { storeSettings } from "../../src/runs/settings.ts";
import { makeConfig, temporaryFolder } from "./fixtures.ts";

const once = (config: Config): DatedConfig[] => [{ step: 0, config }];

test("only the settings that are not the same in all, a variant's own ones among them", () => {
  const configs = [
    makeConfig({ seed: 1 }),
    makeConfig({ seed: 1, adapter: { type: "full" } }),
    makeConfig({ seed: 2, selfplay: { tasks: ["abduction"] } }),
  ];
  const found = Object.fromEntries(
    settingDifferences(configs.map(once)).map(({ path, values }) => [path, values]),
  );
  expect(found["adapter.type"]).toEqual(["lora", "full", "lora"]);
  expect(found["adapter.rank"]).toEqual([16, undefined, 16]);
  expect(found.seed).toEqual([1, 1, 2]);
  expect(found["selfplay.tasks"]?.[2]).toEqual(["abduction"]);
  expect(Object.keys(found).filter((path) => !/^(adapter\.|seed$|selfplay\.tasks$)/.test(path))).toEqual([]);
  expect(settingDifferences([once(makeConfig()), once(makeConfig())])).toEqual([]);
});

test("a setting that was changed while its run went on is told with its steps", () => {
  using folder = temporaryFolder();
  const [before, after] = [makeConfig({ seed: 4 }), makeConfig({ seed: 5 })];
  const run = RunDirectory.create(join(folder.path, "changed"), before);
  using database = run.openDatabase();
  expect(datedSettings(database, before)).toEqual(once(before));
  storeSettings(database, { before, config: after, step: 13 });
  const changed = datedSettings(database, after);
  // The other run has what this one ended with: they differ in how they got there.
  const [difference] = settingDifferences([changed, once(after)]);
  expect(difference?.path).toBe("seed");
  expect(difference?.history.map((values) => settingWords(values, String))).toEqual(["4 → 5 at 13", "5"]);
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
