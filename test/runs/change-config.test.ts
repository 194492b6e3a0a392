import { expect, test } from "bun:test";
import { join } from "node:path";
import { loadConfig } from "../../src/config/load.ts";
import { changeConfig } from "../../src/runs/change-config.ts";
import { eventPage, RunDirectory } from "../../src/runs/index.ts";
import { makeConfig, temporaryFolder } from "./fixtures.ts";

test("changed settings are stored, and each is an event of the run; the same ones are none", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "run"), makeConfig({ steps: 3 }));
  const config = loadConfig({ base: run.config(), set: ["steps=9", "selfplay.solve.temperature=0.7"] });
  using writer = run.openDatabase();
  changeConfig(run, writer, config, 0);
  changeConfig(run, writer, config, 0);
  expect(run.config()).toEqual(config);
  using database = run.openDatabase({ readonly: true });
  const events = eventPage(database, {}).filter(({ source }) => source === "config");
  expect(events.map(({ message }) => message).sort()).toEqual([
    "selfplay.solve.temperature: 1 -> 0.7",
    "steps: 3 -> 9",
  ]);
});
