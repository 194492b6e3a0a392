import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import type { RunDirectory } from "../../../../src/runs/index.ts";
import { commitEvaluation } from "../../../../src/runs/index.ts";
import { EvaluationJob } from "../../../../src/tui/screens/eval/evaluation-job.ts";
import { readBenchmarkOf } from "../../../../src/tui/screens/eval/problem-text.ts";
import { expectGolden } from "../../../fixtures/golden.ts";
import { commitRecordedEvaluation, recordRun } from "../../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../../runs/fixtures.ts";
import { liveSnapshot } from "../../scripted-source.ts";
import { openStage } from "../../stage.tsx";

setDefaultTimeout(30_000);

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
let count = 0;

const questions = `${folder.path}/questions.jsonl`;
writeFileSync(
  questions,
  Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({
      question: `Ann has ${index} pens and buys 2.\nHow many has she?`,
      answer: `#### ${index + 2}`,
    }),
  ).join("\n"),
);

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
  const run = recordRun(`${folder.path}/${count++}`, {
    evaluated: [0, 4, 8, 12],
    config: { evaluation: { data: { gsm8k: questions } } },
  });
  {
    using database = run.openDatabase();
    database.run("UPDATE evaluation_samples SET problem = replace(problem, 'gsm8k', 'GSM8K')");
  }
  // A frame shows it from the start.
  await readBenchmarkOf(`gsm8k ${questions}`);
  using stage = openRun(run, columns, rows);
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

test.each([
  [80, ["step 12, sample 1: wrong-answer", "came        answered [9, 8, 0]"]],
  [140, ["─ step 12 ─", "came        answered [9, 8, 0]"]],
])("a problem at %i columns: what it asks, what is right and what came", async (columns, came) => {
  using stage = openTiny(columns, ["tiny/0005"]);
  await readBenchmarkOf("tiny-heldout ");
  await stage.press("4", "\r", "\r");
  const text = await stage.text();
  for (const words of [
    "What does this call give?",
    "def f(a):",
    "f([9, 8, 0])",
    "expected",
    "[9, 8] ",
    ...came,
  ]) {
    expect(text).toContain(words);
  }
  expect(text).toContain("<in>[9, 8, 0]<ans>");
});

test("a problem that the benchmark does not have now, and problems that are nowhere, say so", async () => {
  using stage = openTiny(80, ["tiny/none"]);
  await stage.press("4", "\r", "\r");
  expect(await eventually(stage, "tiny-heldout has no problem tiny/none now.")).toBe(true);
  expect(await readBenchmarkOf("no-such ")).toEqual({ why: "azr-tui has no benchmark no-such." });
  expect(await readBenchmarkOf("gsm8k /nowhere.jsonl")).toMatchObject({
    why: expect.stringContaining("/nowhere.jsonl"),
  });
});

/** Problems of tiny-heldout that step 12 got wrong. */
function openTiny(columns: number, ids: readonly string[]) {
  const run = recordRun(`${folder.path}/${count++}`, {});
  using database = run.openDatabase();
  const settings = { samples: 1, temperature: 0, topP: 1, maxTokens: 64, seed: 0, format: "raw" };
  commitEvaluation(
    database,
    { step: 12, benchmark: "tiny-heldout", scores: { "pass@1": 0 }, settings, startedAt: 1, finishedAt: 1 },
    ids.map((problem) => ({
      ...{ problem, sample: 0, completion: "[9, 8, 0]", passed: false },
      ...{ verdict: "wrong-answer", error: "answered [9, 8, 0]" },
    })),
  );
  return openRun(run, columns, 30);
}

/** Whether a text comes to be seen, once what is read beside the drawing has been. */
async function eventually(stage: { text(): Promise<string> }, text: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) if ((await stage.text()).includes(text)) return true;
  return false;
}

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

test("a step that the benchmark did not measure offers no problems, and says why where they are asked for", async () => {
  const run = recordRun(`${folder.path}/${count++}`, { evaluated: [0, 4] });
  {
    using database = run.openDatabase();
    const settings = { samples: 1, temperature: 0, topP: 1, maxTokens: 64, seed: 0, format: "raw" };
    const times = { startedAt: 1, finishedAt: 1 };
    commitEvaluation(
      database,
      { step: 12, benchmark: "tiny-heldout", scores: { "pass@1": 0 }, settings, ...times },
      [],
    );
  }
  using stage = openRun(run, 80, 24);
  await stage.press("4");
  expect((await stage.text()).split("\n").at(-1)).not.toContain("problems");
  await stage.press("\r");
  expect(await stage.text()).toContain("step 12 was not evaluated on gsm8k: e does it");
  await stage.press("j", "j", "j");
  expect((await stage.text()).split("\n").at(-1)).toContain("⏎ problems");
  expect(await stage.text()).toContain("▸step 4 ");
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
