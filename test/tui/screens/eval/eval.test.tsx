import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import type { RunDirectory } from "../../../../src/runs/index.ts";
import { EvaluationJob } from "../../../../src/tui/screens/eval/evaluation-job.ts";
import { expectGolden } from "../../../fixtures/golden.ts";
import { commitRecordedEvaluation, recordRun } from "../../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../../runs/fixtures.ts";
import { liveSnapshot } from "../../scripted-source.ts";
import { openStage } from "../../stage.tsx";

setDefaultTimeout(30_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

function open(columns: number, rows: number, evaluated: readonly number[]) {
  return openRun(recordRun(`${folder.path}/${count++}`, { evaluated }), columns, rows);
}

function openRun(run: RunDirectory, columns: number, rows: number) {
  const stage = openStage(run, columns, rows);
  return { ...stage.screen, ...stage };
}

test.each([
  [60, 20],
  [80, 24],
  [140, 45],
])("scores, problems and one problem at %ix%i", async (columns, rows) => {
  using stage = open(columns, rows, [0, 4, 8, 12]);
  const frames: string[] = [];
  for (const key of ["4", "\r", "\r"]) {
    await stage.press(key);
    frames.push(await stage.text());
  }
  await expectGolden(`tui/eval-${columns}x${rows}.txt`, `${frames.join("\n\n")}\n`);
});

test("steps are set beside the first one or a chosen one; what flipped is counted and tested", async () => {
  using stage = open(80, 24, [0, 4, 8, 12]);
  await stage.press("4", "t", "\r");
  expect(await stage.text()).toContain("humaneval, step 12 beside step 0");
  expect(await stage.text()).toContain("gained 1, lost 0; McNemar p = 1.0");
  expect(await stage.text()).toContain("+ gained humaneval/2");
  await stage.press("\x1b", "j", "j", "j", "b", "k", "k", "k", "\r", "t", "t");
  expect(await stage.text()).toMatch(/step 12 beside step 8 ─+ lost: 1/);
  expect(await stage.text()).toContain("- lost   humaneval/1 ");
  await stage.press("\r");
  expect(await stage.text()).toContain("AttributeError: 'list' object has no attribute 'first'");
});

test("a step that was evaluated again says so, and other draws are named beside the flips", async () => {
  const run = recordRun(`${folder.path}/${count++}`, { evaluated: [0, 4] });
  {
    using database = run.openDatabase();
    commitRecordedEvaluation(database, 4, 5);
    database.run(
      "UPDATE evaluations SET settings = json_set(settings, '$.temperature', 0.8, '$.seed', 3 + step)",
    );
  }
  using stage = openRun(run, 80, 24);
  await stage.press("4");
  expect(await stage.text()).toContain("Eval: 4, the newest of 6");
  await stage.press("j", "j", "j", "\r");
  expect(await stage.text()).toContain("other draws: seed 7, baseline 3");
});

test("a run without evaluations says how to get them, live or not", async () => {
  using stage = open(80, 24, []);
  await stage.press("4");
  expect(await stage.text()).toContain("azr-tui eval recorded --checkpoints all");
  stage.source.show({ state: "running", snapshot: liveSnapshot() });
  expect(await stage.text()).toContain("e measures the run after the step at work");
});

test("hundreds of evaluated steps are a list that scrolls", async () => {
  using stage = open(
    60,
    20,
    Array.from({ length: 300 }, (_, index) => index),
  );
  await stage.press("4", "G", "e");
  expect(await stage.text()).toContain("step 0 has no checkpoint");
  expect(await stage.text()).toContain("▸step 0 ");
  expect(await stage.text()).toContain("Eval: 600");
});

test("an evaluation is a process whose last line is told, and that can be stopped", async () => {
  const settled = (job: EvaluationJob) =>
    new Promise<void>((resolve) => {
      const check = () => job.getState().exitCode !== null && resolve();
      job.subscribe(check);
      check();
    });
  const script = "console.error('one'); console.error('\\x1b[2mtwo of 2\\x1b[22m')";
  const job = new EvaluationJob([process.execPath, "-e", script], "mbpp at step 3");
  await settled(job);
  while (job.getState().line !== "two of 2") await Bun.sleep(5);
  expect(job.getState()).toEqual({ title: "mbpp at step 3", line: "two of 2", exitCode: 0 });
  const endless = new EvaluationJob([process.execPath, "-e", "setInterval(() => {}, 1000)"], "long");
  endless.stop();
  await settled(endless);
  expect(endless.getState().exitCode).toBe(143);
});
