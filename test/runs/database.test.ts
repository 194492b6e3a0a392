import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../../src/errors/index.ts";
import {
  checkpoints,
  commitEvaluation,
  commitStep,
  countRollouts,
  countTasks,
  evaluationSamples,
  evaluations,
  eventPage,
  metricNames,
  metricSeries,
  RunDatabase,
  rewind,
  rolloutById,
  rolloutPage,
  stepMetrics,
  steps,
  taskById,
  taskChildren,
  taskPage,
  verdictCounts,
} from "../../src/runs/index.ts";
import { makeCommit, makeRollout, makeTask, temporaryFolder } from "./fixtures.ts";

function createDatabase(folder: string): RunDatabase {
  return RunDatabase.create(join(folder, "run.sqlite"), { name: "first", totalSteps: 5 });
}

test("a step is read back as it was committed, in another connection too", () => {
  using folder = temporaryFolder();
  using writer = createDatabase(folder.path);
  using reader = RunDatabase.open(writer.path, { readonly: true });
  const task = makeTask(1, {
    inputs: ["1, 'a'", "'\u00e9\ud83d\ude00'"],
    outputs: ["2", "nul: \0 end"],
    message: "add",
    parents: [3],
  });
  const rollout = makeRollout({ response: "text with \0 and \u2028", components: { right: 1, format: 0 } });
  commitStep(
    writer,
    makeCommit(1, { tasks: [task], rollouts: [rollout], metrics: { loss: Number.NaN, kl: 0.25 } }),
  );
  expect(taskById(reader, 1)).toEqual(task);
  expect(rolloutById(reader, 1)).toEqual({ id: 1, ...rollout });
  expect(stepMetrics(reader, 1)).toEqual({ kl: 0.25, loss: null });
  expect(steps(reader)).toEqual([{ step: 1, startedAt: 1000, finishedAt: 1900 }]);
  expect(() => reader.run("DELETE FROM steps")).toThrow(RunError);
});

test("a step that cannot be stored whole is not stored at all", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  commitStep(database, makeCommit(1));
  expect(() => commitStep(database, makeCommit(2, { tasks: [makeTask(2), makeTask(1)] }))).toThrow(RunError);
  expect(steps(database).map((row) => row.step)).toEqual([1]);
  expect(metricSeries(database, "reward/solve")).toEqual([{ step: 1, value: 0.1 }]);
  expect(countTasks(database)).toBe(1);
  expect(countRollouts(database)).toBe(1);
});

test("tasks are filtered, ordered and paged", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  commitStep(
    database,
    makeCommit(1, {
      tasks: [
        makeTask(1, { origin: "seed", learnability: null }),
        makeTask(2, { type: "abduction", learnability: 0.25, parents: [1] }),
        makeTask(3, {
          type: "abduction",
          learnability: 0.75,
          program: "def f(x):\n    return SORTED(x)",
          parents: [1, 2],
        }),
      ],
      taskUpdates: [{ id: 2, solveRate: 0.5, timesDrawn: 4 }],
    }),
  );
  const ids = (rows: { id: number }[]) => rows.map((row) => row.id);
  expect(ids(taskPage(database))).toEqual([3, 2, 1]);
  expect(ids(taskPage(database, {}, "oldest", { limit: 1, offset: 1 }))).toEqual([2]);
  expect(ids(taskPage(database, { type: "abduction" }))).toEqual([3, 2]);
  expect(countTasks(database, { origin: "seed" })).toBe(1);
  expect(ids(taskChildren(database, 1))).toEqual([2, 3]);
});

test("rollouts are filtered, counted by verdict and paged", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  commitStep(
    database,
    makeCommit(1, {
      rollouts: [
        makeRollout({ verdict: "ok" }),
        makeRollout({ verdict: "wrong", group: "other" }),
        makeRollout({ verdict: "wrong", role: "propose", taskId: null, advantage: null }),
      ],
    }),
  );
  expect(rolloutPage(database, { verdict: "wrong" }).map((row) => row.id)).toEqual([3, 2]);
  expect(rolloutPage(database, { group: "other", role: "solve" }).map((row) => row.id)).toEqual([2]);
  expect(rolloutPage(database, { taskId: 1 }, { limit: 1 }).map((row) => row.id)).toEqual([2]);
  expect(verdictCounts(database, 1)).toEqual([
    { role: "propose", type: "deduction", verdict: "wrong", count: 1 },
    { role: "solve", type: "deduction", verdict: "ok", count: 1 },
    { role: "solve", type: "deduction", verdict: "wrong", count: 1 },
  ]);
});

test("evaluations come back with their samples", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  const evaluation = {
    step: 2,
    benchmark: "humaneval",
    scores: { "pass@1": 0.05 },
    settings: { limit: 2 },
    startedAt: 1,
    finishedAt: 2,
  };
  const sample = {
    problem: "HumanEval/0",
    sample: 0,
    completion: "    return 1",
    passed: true,
    verdict: "ok",
    error: "",
  };
  expect(commitEvaluation(database, evaluation, [sample])).toBe(1);
  expect(evaluations(database, "humaneval")).toEqual([{ id: 1, ...evaluation }]);
  expect(evaluations(database, "mbpp")).toEqual([]);
  expect(evaluationSamples(database, 1)).toEqual([sample]);
  expect(evaluationSamples(database, 1, { problem: "HumanEval/0" })).toEqual([sample]);
  expect(evaluationSamples(database, 1, { problem: "HumanEval/1" })).toEqual([]);
});

test("a rewind restores what the database held at the end of that step", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  const checkpoint = (step: number) => ({
    step,
    directory: `checkpoint-${step}`,
    createdAt: step,
    bytes: 10,
  });
  const commit = (step: number, taskUpdates: { id: number; solveRate: number; timesDrawn: number }[]) =>
    commitStep(
      database,
      makeCommit(step, { taskUpdates, checkpoint: checkpoint(step), events: [event(step)] }),
    );
  const event = (step: number) => ({
    at: step,
    step,
    level: "info" as const,
    source: "engine",
    message: `step ${step}`,
  });
  const everything = () => ({
    tasks: taskPage(database, {}, "oldest"),
    rollouts: rolloutPage(database),
    metrics: metricNames(database).map((name) => metricSeries(database, name)),
    steps: steps(database),
    checkpoints: checkpoints(database),
  });
  commit(1, [{ id: 1, solveRate: 0.5, timesDrawn: 1 }]);
  commit(2, [{ id: 1, solveRate: 0.75, timesDrawn: 2 }]);
  const before = everything();
  commit(3, [
    { id: 1, solveRate: 1, timesDrawn: 3 },
    { id: 2, solveRate: 0, timesDrawn: 1 },
  ]);
  rewind(database, 2);
  expect(everything()).toEqual(before);
  expect(eventPage(database).map((row) => row.step)).toEqual([3, 2, 1]);
  commit(3, []);
  expect(rolloutPage(database)[0]?.id).toBe(3);
});

test("only the last checkpoints stay named", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  for (const step of [1, 2, 3, 4]) {
    const checkpoint = { step, directory: `checkpoint-${step}`, createdAt: step, bytes: 10 };
    commitStep(database, makeCommit(step, { checkpoint, keepCheckpoints: 2 }));
  }
  expect(checkpoints(database).map((row) => row.step)).toEqual([4, 3]);
});

test("a database that is missing, damaged, foreign or newer is named with a mend", () => {
  using folder = temporaryFolder();
  const path = (name: string) => join(folder.path, name);
  const refusal = (name: string, options = {}) => {
    try {
      RunDatabase.open(path(name), options).close();
    } catch (error) {
      expect(error).toBeInstanceOf(RunError);
      expect((error as RunError).mend).toBeString();
      return (error as RunError).message;
    }
    throw new Error(`${name} was opened`);
  };
  expect(refusal("missing.sqlite", { readonly: true })).toContain("unable to open");
  writeFileSync(path("damaged.sqlite"), "not a database, whatever its name may say".repeat(100));
  expect(refusal("damaged.sqlite")).toContain("not a database");
  new Database(path("foreign.sqlite"), { create: true }).close();
  expect(refusal("foreign.sqlite")).toContain("without azr-tui's tables");
  const newer = new Database(path("newer.sqlite"), { create: true });
  newer.run("PRAGMA user_version = 99");
  newer.close();
  expect(refusal("newer.sqlite")).toContain("schema version 99");
});

test("a viewer in another process reads while the engine writes", async () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  commitStep(database, makeCommit(1));
  const viewer = `
    const { RunDatabase, steps, runStatus } = await import(${JSON.stringify(join(import.meta.dir, "../../src/runs/index.ts"))});
    const database = RunDatabase.open(${JSON.stringify(database.path)}, { readonly: true });
    for await (const _ of console) console.log(steps(database).length + " " + runStatus(database).state);
  `;
  const child = Bun.spawn([process.execPath, "-e", viewer], { stdin: "pipe", stdout: "pipe" });
  const lines = child.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write("\n");
    child.stdin.flush();
    return (await lines.next()).value?.trim();
  };
  expect(await ask()).toBe("1 created");
  commitStep(database, makeCommit(2));
  expect(await ask()).toBe("2 created");
  await child.stdin.end();
  expect(await child.exited).toBe(0);
});

test("a task that its buffer gave up is marked with the step, and is back in it after a rewind", () => {
  using folder = temporaryFolder();
  using database = createDatabase(folder.path);
  const hashes = { fingerprint: "ab", skeleton: "cd" };
  const refused = makeTask(2, { ...hashes, evictedStep: 1 });
  commitStep(database, makeCommit(1, { tasks: [makeTask(1), refused] }));
  commitStep(database, makeCommit(2, { tasks: [makeTask(3, { step: 2 })], evicted: [1] }));
  expect(taskById(database, 1)?.evictedStep).toBe(2);
  expect(taskById(database, 2)).toEqual(refused);
  rewind(database, 1);
  expect(taskById(database, 1)).toEqual(makeTask(1));
  expect(taskById(database, 2)).toEqual(refused);
});
