import { expect, test } from "bun:test";
import { commitStep, insertMetrics, type RunDirectory, rewind } from "../../../src/runs/index.ts";
import { History, scoreSeries } from "../../../src/tui/charts/history.ts";
import { recordRun } from "../../fixtures/recorded-run.ts";
import { temporaryFolder } from "../../runs/fixtures.ts";

const METRIC = "update/loss";

function commit(database: ReturnType<RunDirectory["openDatabase"]>, step: number, value: number): void {
  const times = { startedAt: Date.now(), finishedAt: Date.now() + step };
  commitStep(database, {
    ...{ step, ...times, metrics: { [METRIC]: value }, tasks: [], taskUpdates: [], rollouts: [] },
    keepCheckpoints: 3,
  });
}

test("a series grows by what is new, keeps its identity without, and is read anew after a rewind", () => {
  using folder = temporaryFolder();
  const run = recordRun(folder.path, { steps: 0 });
  using database = run.openDatabase();
  const history = History.of(database);
  expect(History.of(database)).toBe(history);
  for (const step of [1, 2, 3]) commit(database, step, step);
  const first = history.points(METRIC, 1);
  expect(first.map(({ value }) => value)).toEqual([1, 2, 3]);
  expect(history.points(METRIC, 2)).toBe(first);
  commit(database, 4, 4);
  insertMetrics(database, 3, { "validation/loss": 7 });
  expect(history.points(METRIC, 3).map(({ value }) => value)).toEqual([1, 2, 3, 4]);
  expect(history.points("validation/loss", 3)).toEqual([{ step: 3, value: 7 }]);
  // What a step was measured by may come after the step.
  insertMetrics(database, 4, { [METRIC]: 5 });
  expect(history.points(METRIC, 4).at(-1)).toEqual({ step: 4, value: 5 });
  rewind(database, 2);
  commit(database, 3, 30);
  commit(database, 4, 40);
  expect(history.points(METRIC, 5).map(({ value }) => value)).toEqual([1, 2, 30, 40]);
});

test("scores are lines by benchmark and k; intervals and counts are none", () => {
  using folder = temporaryFolder();
  const run = recordRun(folder.path, { evaluated: [0, 4, 8] });
  using database = run.openDatabase({ readonly: true });
  expect(
    scoreSeries(database).map(({ benchmark, score, points }) => [
      benchmark,
      score,
      points.map(({ step }) => step),
    ]),
  ).toEqual([
    ["humaneval", "pass@1", [0, 4, 8]],
    ["gsm8k", "pass@1", [0, 4, 8]],
  ]);
});
