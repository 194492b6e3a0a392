import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { Progress } from "../../../src/engine/protocol.ts";
import { stream } from "../../../src/random/stream.ts";
import { expectGolden } from "../../fixtures/golden.ts";
import { commitLongStep, recordLongRun } from "../../fixtures/long-run.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";
import { liveSnapshot } from "../scripted-source.ts";
import { goLive, openStage } from "../stage.tsx";

setDefaultTimeout(30_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const long = recordLongRun(folder.path, { steps: 400 });

for (const [columns, rows] of [
  [60, 20],
  [140, 45],
] as const) {
  test(`charts of a long run at ${columns}x${rows}, all and one over the whole screen`, async () => {
    using stage = openStage(long, columns, rows);
    const frames = [await stage.screen.text()];
    await stage.screen.press("m", "m", "]", "f");
    frames.push(await stage.screen.text());
    for (const frame of frames)
      for (const line of frame.split("\n").filter((line) => /[╭╰│]/.test(line)))
        expect(Bun.stringWidth(line)).toBe(columns);
    await expectGolden(`tui/charts-${columns}x${rows}.txt`, `${frames.join("\n\n")}\n`);
  });
}

test("smoothing, window, log axis and crosshair are said, kept over other screens, and dropped", async () => {
  using stage = openStage(long, 80, 24);
  await stage.screen.press("f", "m", "m", "+", "+", "<", "l", "\x1b[D", "\x1b[D");
  const words = "step 373, average 0.9, no log: all ≤ 0, 275-375, 1/";
  expect(await stage.screen.text()).toContain(words);
  expect(await stage.screen.text()).toMatch(/at 373 +average/);
  await stage.screen.press("2", "1");
  expect(await stage.screen.text()).toContain(words);
  await stage.screen.press("\x1b", "m", "m", "0", "l");
  expect(await stage.screen.text()).toMatch(/─ 1\/\d+ ─╮/);
  expect(await stage.screen.text()).toMatch(/newest +least +most +mean/);
  await stage.screen.press("\x1b");
  expect(await stage.screen.text()).toContain("▸ Proposer reward");
});

test("in a chart of the grid all that changes how it is drawn is said beside a part of the title", async () => {
  using stage = openStage(long, 140, 45);
  await stage.screen.press("l", ".", "+", "+");
  const [, , , , head] = (await stage.screen.text()).split("\n");
  expect(head).toMatch(/^╭─ ▸ Proposer re… ── at 400, no log, 300-400 ─╮/);
});

test("a chart without room for curves has its values, and says that it is too low, not that there are none", async () => {
  using stage = openStage(long, 80, 24);
  await stage.screen.press(":");
  const text = await stage.screen.text();
  expect(text).toContain("too low to draw");
  expect(text).not.toContain("no figures");
  expect(text).toContain("●p@1 0.38");
});

test("the steps before the first one are not drawn over each other where the palette leaves few rows", async () => {
  using stage = openStage(recordRun(`${folder.path}/few`, { steps: 0 }), 80, 24);
  const progress = { ...liveSnapshot().progress, phase: "seed", step: 1 } as Progress;
  stage.source.show({ state: "running", snapshot: liveSnapshot({ step: 0, progress }) });
  await stage.screen.press(":");
  const lines = (await stage.screen.text()).split("\n");
  const top = lines.findIndex((line) => line.includes("Getting ready"));
  expect(lines.slice(top + 1, top + 4).map((line) => line.slice(2, 30).trim())).toEqual([
    "✓ load smollm2-135m",
    "▸ seed the buffers",
    "· first step",
  ]);
});

test("a notice in the lowest line leaves nothing of the machine's figures beside it", async () => {
  using stage = openStage(long, 60, 20);
  goLive(stage);
  const last = async () => (await stage.screen.text()).split("\n").at(-2);
  expect(await last()).toStartWith(" gen 83");
  stage.source.tell({ text: "paused", bad: false });
  expect(await last()).toBe("   paused");
});

test("the crosshair gives the values of every series at its step", async () => {
  using stage = openStage(recordRun(`${folder.path}/crosshair`), 80, 24);
  const value = (step: number, type: string) =>
    stage.source.database
      .get<{ value: number }>("SELECT value FROM metrics WHERE name = ? AND step = ?", [
        `propose/${type}/reward`,
        step,
      ])
      ?.value.toFixed(2);
  await stage.screen.press("f", "\x1b[D", "\x1b[D", "\x1b[D");
  const text = await stage.screen.text();
  expect(text).toContain("step 9, ");
  for (const type of ["deduction", "abduction", "induction"])
    expect(text).toMatch(new RegExp(`${type} +${value(9, type)} `));
});

test("a series is switched off and on; the last one stays", async () => {
  using stage = openStage(long, 80, 24);
  await stage.screen.press("f", "j", "v");
  expect(await stage.screen.text()).toMatch(/▸ · abduction .*hidden/);
  await stage.screen.press("j", "v", "k", "k", "v");
  expect(await stage.screen.text()).toMatch(/▸ ● deduction/);
  await stage.screen.press("j", "v");
  expect(await stage.screen.text()).toMatch(/▸ ■ abduction/);
});

test("a finished step is drawn at once", async () => {
  using fresh = temporaryFolder();
  const run = recordLongRun(fresh.path, { steps: 20 });
  using stage = openStage(run, 80, 24);
  await stage.screen.press("f", "\x1b[D");
  expect(await stage.screen.text()).toContain("step 19");
  using database = run.openDatabase();
  commitLongStep(database, 21, stream(2, "later"));
  const { status } = stage.source.getView();
  stage.source.show({ status: { ...status, step: 21 }, revision: 1 });
  await stage.screen.press("\x1b[C", "\x1b[C");
  expect(await stage.screen.text()).toContain("step 21");
});

test("headings are whole words where there is room; the help explains the short ones, and says that of no other screen", async () => {
  const run = recordRun(`${folder.path}/headings`);
  using narrow = openStage(run, 80, 24);
  expect(await narrow.screen.text()).toContain(" prop. valid solv. right");
  await narrow.screen.press("?", "G");
  expect(await narrow.screen.text()).toMatch(/learn\. learnable +learnability: how far tasks/);
  await narrow.screen.press("\x1b", "6", "?", "G");
  expect(await narrow.screen.text()).not.toContain("learnability");
  using wide = openStage(run, 200, 60);
  expect(await wide.screen.text()).toContain(
    "proposer valid solver right different buffer learnable tok/task tok/answer",
  );
});
