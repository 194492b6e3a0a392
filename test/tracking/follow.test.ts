import { expect, test } from "bun:test";
import { join } from "node:path";
import type { ConfigInput } from "../../src/config/schema.ts";
import {
  claimEngine,
  commitEvaluation,
  commitStep,
  insertMetrics,
  RunDirectory,
  releaseEngine,
  setRunState,
} from "../../src/runs/index.ts";
import { follow } from "../../src/tracking/follow.ts";
import { RunSource } from "../../src/tracking/run-source.ts";
import type { OpenSink, Sink } from "../../src/tracking/sink.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";

/** Notes what it is given. */
class Notes implements Sink {
  readonly name = "notes";
  readonly lines: string[] = [];
  constructor(readonly has = { step: -1, evaluation: 0 }) {}
  open: OpenSink = async () => this;
  async send({ step, metrics }: Parameters<Sink["send"]>[0]) {
    this.lines.push(`step ${step} ${JSON.stringify(metrics)}`);
  }
  async evaluate({ id, step }: Parameters<Sink["evaluate"]>[0]) {
    this.lines.push(`evaluation ${id} of ${step}`);
  }
  async caughtUp() {
    if (this.lines.at(-1) !== "caught up") this.lines.push("caught up");
  }
  async end({ state }: Parameters<Sink["end"]>[0]) {
    this.lines.push(`end ${state}`);
  }
  [Symbol.dispose]() {
    this.lines.push("disposed");
  }
}

function makeRun(folder: string, config: ConfigInput = {}) {
  return RunDirectory.create(join(folder, "first"), makeConfig(config));
}

const evaluation = { benchmark: "humaneval", scores: {}, settings: {}, startedAt: 1, finishedAt: 2 };
const say = () => undefined;

test("a run that nobody works on is sent whole, evaluations after their steps, and then the end", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  using database = run.openDatabase();
  for (const step of [1, 2])
    commitStep(database, makeCommit(step, { metrics: { loss: step, bad: Number.NaN } }));
  commitEvaluation(database, { ...evaluation, step: 1 }, []);
  insertMetrics(database, 1, { "evaluation/humaneval/pass@1": 0.5 });
  setRunState(database, "finished");
  const notes = new Notes();
  expect(await follow(run, notes.open, { say })).toBe(2);
  expect(notes.lines).toEqual([
    'step 1 {"bad":null,"loss":1}',
    "evaluation 1 of 1",
    'step 2 {"bad":null,"loss":2}',
    "caught up",
    "end finished",
    "disposed",
  ]);
});

test("what a sink has is not sent again", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  using database = run.openDatabase();
  for (const step of [1, 2, 3]) commitStep(database, makeCommit(step, { metrics: { loss: step } }));
  commitEvaluation(database, { ...evaluation, step: 1 }, []);
  commitEvaluation(database, { ...evaluation, step: 3 }, []);
  const notes = new Notes({ step: 2, evaluation: 1 });
  expect(await follow(run, notes.open, { say })).toBe(1);
  expect(notes.lines.slice(0, 2)).toEqual(['step 3 {"loss":3}', "evaluation 2 of 3"]);
});

test("a run at work is followed to its engine's end; a step that is still measured waits for what comes", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path, { evaluation: { every: 2 } });
  using database = run.openDatabase();
  claimEngine(database);
  setRunState(database, "running");
  const notes = new Notes();
  const following = follow(run, notes.open, { say, pace: 5 });
  const come = async (line: string) => {
    while (!notes.lines.includes(line)) await Bun.sleep(2);
  };
  commitStep(database, makeCommit(1, { metrics: { loss: 1 } }));
  await come('step 1 {"loss":1}');
  commitStep(database, makeCommit(2, { metrics: { loss: 2 } }));
  await Bun.sleep(30);
  expect(notes.lines.some((line) => line.startsWith("step 2"))).toBe(false);
  commitEvaluation(database, { ...evaluation, step: 2 }, []);
  insertMetrics(database, 2, { "seconds/evaluate": 7 });
  commitStep(database, makeCommit(3, { metrics: { loss: 3 } }));
  await come('step 3 {"loss":3}');
  releaseEngine(database);
  expect(await following).toBe(3);
  expect(notes.lines.filter((line) => line !== "caught up")).toEqual([
    'step 1 {"loss":1}',
    'step 2 {"loss":2,"seconds/evaluate":7}',
    "evaluation 1 of 2",
    'step 3 {"loss":3}',
    "end crashed",
    "disposed",
  ]);
});

test("more steps than are read at once come in order, none left out", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  using database = run.openDatabase();
  database.transaction(() => {
    for (let step = 1; step <= 450; step++) {
      commitStep(database, makeCommit(step, { metrics: { loss: step }, tasks: [], rollouts: [] }));
    }
  });
  const notes = new Notes();
  expect(await follow(run, notes.open, { say })).toBe(450);
  const steps = notes.lines.filter((line) => line.startsWith("step"));
  expect(steps).toEqual(Array.from({ length: 450 }, (_, i) => `step ${i + 1} {"loss":${i + 1}}`));
});

test("an error of the sink ends it, and it is let go", async () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  using database = run.openDatabase();
  commitStep(database, makeCommit(1));
  const notes = new Notes();
  notes.send = () => Promise.reject(new Error("no room"));
  await expect(follow(run, notes.open, { say })).rejects.toThrow("no room");
  expect(notes.lines).toEqual(["disposed"]);
});

test("a run's identity stays when it is opened again, and is another for another run", () => {
  using folder = temporaryFolder();
  const run = makeRun(folder.path);
  const other = RunDirectory.create(join(folder.path, "second"), makeConfig());
  const identity = (directory: RunDirectory) => {
    using database = directory.openDatabase({ readonly: true });
    return new RunSource(database, directory.config()).identity();
  };
  expect(identity(run)).toMatch(/^[0-9a-f]{12}$/);
  expect(identity(run)).toBe(identity(RunDirectory.open(run.path)));
  expect(identity(other)).not.toBe(identity(run));
});
