import { expect, test } from "bun:test";
import { join } from "node:path";
import { commitEvaluation, commitStep, RunDirectory } from "../../src/runs/index.ts";
import { exportText } from "../../src/tracking/export/export.ts";
import { TABLES } from "../../src/tracking/export/tables.ts";
import { makeCommit, makeConfig, makeRollout, makeTask, temporaryFolder } from "../runs/fixtures.ts";

function makeRun(folder: string): RunDirectory {
  const run = RunDirectory.create(join(folder, "first"), makeConfig());
  using database = run.openDatabase();
  commitStep(database, makeCommit(1, { metrics: { loss: 0.1 + 0.2, bad: Number.NaN } }));
  commitStep(
    database,
    makeCommit(2, {
      metrics: { loss: 1e-300, extra: -0 },
      tasks: [
        makeTask(2, { step: 2, program: 'def f(x):\n    return "a,b"\r\n', message: "", parents: [1] }),
      ],
      rollouts: [makeRollout({ step: 2, response: '\u0007\u009b31m"quoted", 雪\u{1f600}', answer: null })],
    }),
  );
  const settings = { samples: 1 };
  commitEvaluation(
    database,
    { step: 2, benchmark: "humaneval", scores: { "pass@1": 1 / 3 }, settings, startedAt: 5, finishedAt: 9 },
    [
      {
        problem: "HumanEval/0",
        sample: 0,
        completion: "    return 1\n",
        passed: true,
        verdict: "passed",
        error: "",
      },
    ],
  );
  return run;
}

function exported(run: RunDirectory, table: (typeof TABLES)[number], format: "csv" | "jsonl"): string {
  using database = run.openDatabase({ readonly: true });
  return [...exportText(database, { table, format })].join("");
}

test("steps are a row each with a column for each figure, exact and empty where there is none", () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  expect(exported(run, "steps", "csv")).toBe(
    "step,started_at,finished_at,bad,extra,loss\n" +
      "1,1000,1900,,,0.30000000000000004\n" +
      "2,2000,2900,,0,1e-300\n",
  );
  expect(exported(run, "metrics", "csv")).toBe(
    "step,name,value\n1,bad,\n1,loss,0.30000000000000004\n2,extra,0\n2,loss,1e-300\n",
  );
});

test("CSV quotes what has to be, tells an empty text from a null, and keeps lists as JSON", () => {
  using folder = temporaryFolder();
  const lines = exported(makeRun(folder.path), "tasks", "csv");
  expect(lines).toStartWith(
    "id,type,origin,step,program,inputs,outputs,message,parents,learnability,solve_rate,times_drawn\n",
  );
  expect(lines).toEndWith(
    `2,deduction,proposed,2,"def f(x):\n    return ""a,b""\r\n","[""1""]","[""3""]","",[1],0.5,,0\n`,
  );
});

test("JSON lines give back every character and number, and hold no control character", () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  const text = exported(run, "rollouts", "jsonl");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  const rows = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(rows[1]).toEqual({
    id: 2,
    step: 2,
    role: "solve",
    type: "deduction",
    task_id: 1,
    group_key: "1/solve/deduction/1",
    prompt: "What is f(1)?",
    response: '\u0007\u009b31m"quoted", 雪\u{1f600}',
    answer: null,
    verdict: "ok",
    detail: "",
    reward: 1,
    components: { right: 1 },
    advantage: 0.5,
    prompt_tokens: 5,
    response_tokens: 1,
    log_probability: -0.5,
    finish: "end",
  });
  const [evaluation] = exported(run, "evaluations", "jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(evaluation.scores).toEqual({ "pass@1": 1 / 3 });
  const [sample] = exported(run, "evaluation-samples", "jsonl")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(sample).toMatchObject({ problem: "HumanEval/0", completion: "    return 1\n", passed: 1 });
});

test("a table longer than what is read at once comes whole and in order; a reader may leave early", () => {
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "long"), makeConfig());
  using database = run.openDatabase();
  const names = Array.from({ length: 30 }, (_, i) => `figure/${String(i).padStart(2, "0")}`);
  database.transaction(() => {
    for (let step = 1; step <= 60; step++) {
      const metrics = Object.fromEntries(names.map((name, i) => [name, step * i]));
      commitStep(database, makeCommit(step, { metrics, tasks: [], rollouts: [] }));
    }
  });
  const lines = exported(run, "metrics", "csv").trim().split("\n").slice(1);
  expect(lines).toEqual(
    Array.from({ length: 1800 }, (_, i) => {
      const [step, figure] = [Math.floor(i / 30) + 1, i % 30];
      return `${step},${names[figure]},${step * figure}`;
    }),
  );
  using reader = run.openDatabase({ readonly: true });
  const rest = exportText(reader, { table: "steps", format: "csv" });
  expect(rest.next().value).toStartWith("step,");
  rest.return(undefined);
  // The read transaction is over: the next one begins.
  for (const table of TABLES)
    expect([...exportText(reader, { table, format: "csv" })].length).toBeGreaterThan(0);
});
