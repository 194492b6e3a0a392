import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { ComparedRuns } from "../../../src/tui/compare/compared-runs.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { mountPlaces, ScriptedServices } from "../scripted-services.tsx";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const paths = ["one", "two"].map((name) => join(folder.path, name));
beforeAll(() => {
  recordRun(folder.path, { name: "one", steps: 6, config: { seed: 1 } });
  recordRun(folder.path, { name: "two", steps: 4, config: { seed: 2, adapter: { type: "full" } } });
});

const open = (columns = 80, rows = 24) =>
  mountPlaces(new ScriptedServices(folder.path), { kind: "compare", runs: paths }, columns, rows);

test.each([
  [60, 20],
  [80, 24],
  [140, 45],
  [200, 60],
])("runs over each other fit %i x %i", async (columns, rows) => {
  using stage = await open(columns, rows);
  for (const key of ["G", "\t", "?"]) {
    const lines = (await stage.screen.text()).split("\n");
    expect(lines.length).toBe(rows);
    for (const line of lines.filter((one) => /[╭╰│]/.test(one))) expect(Bun.stringWidth(line)).toBe(columns);
    await stage.screen.press(key);
  }
  expect(await stage.screen.text()).toContain("figures, or settings that differ");
});

test("the chosen figure is drawn for every run; the other table has the settings that differ", async () => {
  using stage = await open();
  expect(await stage.screen.text()).toMatch(/● one .*■ two[\s\S]*figure .*● one +■ two/);
  await stage.screen.press("/", "\x1b[200~solve/deduction/reward\x1b[201~", "\r");
  expect(await stage.screen.text()).toMatch(
    /─ Solver reward, deduction ─[\s\S]*▸solve\/deduction\/reward +-?\d\.\d+ +-?\d\.\d+/,
  );
  await stage.screen.press("m", "l");
  expect(await stage.screen.text()).toContain("by step, smoothed 0.6, log");
  await stage.screen.press("m", "m", "m", "l", "\x1b", "\t");
  const text = await stage.screen.text();
  expect(text).toMatch(/seed +1 +2/);
  expect(text).toMatch(/adapter\.type +lora +full/);
  expect(text).toMatch(/adapter\.rank +16 +-/);
});

test("from home: two runs are marked and compared; escape leads back, one alone is refused", async () => {
  using stage = await mountPlaces(new ScriptedServices(folder.path), { kind: "home" });
  await stage.screen.press(" ", "c");
  expect(await stage.screen.text()).toContain("Mark two to four runs with space");
  await stage.screen.press(" ");
  expect((await stage.screen.text()).match(/◆/g)?.length).toBe(2);
  await stage.screen.press("c");
  expect(await stage.screen.text()).toContain("Figures:");
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("Runs: 2");
});

test("another number of runs, or what is no run, is refused with nothing left open", () => {
  expect(() => new ComparedRuns([paths[0] as string])).toThrow("Two to four runs are compared, not 1.");
  expect(() => new ComparedRuns([paths[0] as string, join(folder.path, "none")])).toThrow("is not a run");
});
