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
  expect(await stage.screen.text()).toMatch(/1 ● one {2}2 ■ two[\s\S]*figure .*● one +■ two/);
  await stage.screen.press("/", "\x1b[200~solve/deduction/reward\x1b[201~", "\r");
  expect(await stage.screen.text()).toMatch(
    /▸ Solver reward, deduction ─[\s\S]*▸Solver reward, deduction +-?\d\.\d+ +-?\d\.\d+/,
  );
  expect(await stage.screen.text()).toContain("solve/deduction/reward: mean reward of the rollouts");
  await stage.screen.press("m", "l");
  expect(await stage.screen.text()).toContain("average 0.6, log");
  await stage.screen.press("m", "m", "m", "l", "\x1b", "\t");
  const text = await stage.screen.text();
  expect(text).toMatch(/seed +1 +2/);
  expect(text).toMatch(/adapter\.type +lora +full/);
  expect(text).toMatch(/adapter\.rank +16 +-/);
});

const find = (text: string) => ["/", `\x1b[200~${text}\x1b[201~`, "\r"];

test("the crosshair has the values of every run in the legend, the table and what is copied", async () => {
  using stage = await open(80, 24);
  const at = (run: number, step: number) => {
    using compared = new ComparedRuns(paths);
    const row = compared.runs[run]?.database.get<{ value: number }>(
      "SELECT value FROM metrics WHERE name = 'solve/deduction/reward' AND step = ?",
      [step],
    );
    return row?.value ?? Number.NaN;
  };
  // One has six steps, two has four.
  await stage.screen.press(...find("solve/deduction/reward"), ",");
  expect(await stage.screen.text()).toMatch(/▸Solver reward, deduction +-?\d\S+ +- /);
  await stage.screen.press(",", ",");
  const text = await stage.screen.text();
  expect(text).toContain("step 3");
  expect(text).toContain("at step 3");
  const short = (value: number) => String(Number(value.toPrecision(4)));
  expect(text).toMatch(new RegExp(`▸Solver reward, deduction +${short(at(0, 3))} +${short(at(1, 3))}`));
  await stage.screen.press("y");
  expect(await stage.screen.text()).toContain("copied: ");
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("mean of the last 10 steps");
});

test("a run is switched off in every chart and on again; the last one stays", async () => {
  using stage = await open(140, 45);
  await stage.screen.press("1");
  expect(await stage.screen.text()).toContain("1 · one off  2 ■ two");
  expect(await stage.screen.text()).not.toMatch(/● -?\d/);
  await stage.screen.press("2");
  expect(await stage.screen.text()).toContain("One run stays to be seen.");
  await stage.screen.press("1", "3");
  expect(await stage.screen.text()).toContain("There are 2 runs.");
  expect(await stage.screen.text()).toMatch(/● -?\d\S* +■ -?\d/);
});

test("a large terminal has several charts; the chosen one fills the screen, with the values of every run", async () => {
  using stage = await open(140, 45);
  expect((await stage.screen.text()).match(/─╮/g)?.length).toBeGreaterThanOrEqual(6);
  await stage.screen.press("]", "f");
  const full = await stage.screen.text();
  expect(full).toContain("2/");
  expect(full).toMatch(/newest +least +most +mean/);
  expect(full).toMatch(/▸ ● one[\s\S]* {2}■ two/);
  await stage.screen.press("+", "\x1b[D", "j", "v");
  expect(await stage.screen.text()).toMatch(/at 5 +least[\s\S]*▸ · two .*hidden/);
  await stage.screen.press("\x1b", "\x1b");
  expect(await stage.screen.text()).toContain("Figures:");
});

test("the wheel over the charts changes the window, over the table the row; a click moves the crosshair", async () => {
  using stage = await open(80, 24);
  const steps = async () =>
    / (\d+)-(\d+) ─/
      .exec(await stage.screen.text())
      ?.slice(1)
      .map(Number);
  await stage.screen.press("\x1b[<64;20;6M");
  expect(await steps()).toEqual([2, 6]);
  await stage.screen.press("\x1b[<65;20;6M", "\x1b[<65;20;18M");
  expect(await stage.screen.text()).toContain("4/");
  await stage.screen.press("\x1b[<0;74;6M");
  expect(await stage.screen.text()).toMatch(/at step [56] /);
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
