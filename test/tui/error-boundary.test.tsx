import { afterAll, expect, test } from "bun:test";
import { App } from "../../src/tui/app.tsx";
import { recordRun } from "../fixtures/recorded-run.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { mount } from "./screen.tsx";
import { ScriptedSource } from "./scripted-source.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

test("a screen that fails shows its error; the others are usable, and it comes back when its data does", async () => {
  const run = recordRun(folder.path);
  using writer = run.openDatabase();
  using source = new ScriptedSource(run);
  using screen = mount(<App source={source} onDepart={() => undefined} />, 80, 24);
  await screen.text();
  writer.run("ALTER TABLE tasks RENAME TO lost");
  await screen.press("2");
  expect(await screen.text()).toMatch(/Tasks failed[\s\S]*no such table: tasks/);
  await screen.press("3");
  expect(await screen.text()).toMatch(/\[3 Rollouts\][\s\S]*Rollouts: \d+/);
  writer.run("ALTER TABLE lost RENAME TO tasks");
  await screen.press("2");
  source.show({ revision: 1 });
  expect(await screen.text()).toContain("Tasks: 39");
});
