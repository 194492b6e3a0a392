import { expect, test } from "bun:test";
import type { EvaluationRecord } from "../../../../src/runs/index.ts";
import { evaluationArguments } from "../../../../src/tui/screens/eval/evaluation-job.ts";
import {
  firstEvaluated,
  scoreSeries,
  scoreTable,
  scoreText,
} from "../../../../src/tui/screens/eval/scores.ts";
import { makeConfig } from "../../../runs/fixtures.ts";

function record(
  id: number,
  step: number,
  benchmark: string,
  scores: Record<string, number>,
): EvaluationRecord {
  return { id, step, benchmark, scores, settings: {}, startedAt: 0, finishedAt: 0 };
}

const RECORDS = [
  record(5, 20, "mbpp", { "pass@1": 0.5, "pass@1/low": 0.4, "pass@1/high": 0.625, "pass@8": 0.75 }),
  record(4, 20, "apps", { "pass@1": 0.1, "interview/pass@1": 0.05, "base/pass@1/low": 0, problems: 9 }),
  record(3, 20, "mbpp", { "pass@1": 0.9 }),
  record(2, 0, "mbpp", { "pass@1": 0.25 }),
];

test("a row is a step that was evaluated or has a checkpoint, newest first, each with its newest evaluation", () => {
  const table = scoreTable(RECORDS, [{ step: 20 }, { step: 30 }]);
  expect(table.benchmarks).toEqual(["apps", "mbpp"]);
  expect(table.names).toEqual(["pass@1", "interview/pass@1", "pass@8"]);
  expect(table.rows.map(({ step, checkpoint }) => [step, checkpoint])).toEqual([
    [30, true],
    [20, true],
    [0, false],
  ]);
  expect(table.rows[1]?.evaluations.get("mbpp")?.id).toBe(5);
  expect(firstEvaluated(table, "apps")?.step).toBe(20);
  expect(firstEvaluated(table, "gsm8k")).toBeNull();
});

test("a score is written with the interval that was stored, and a partial one is marked", () => {
  expect(scoreText(RECORDS[0], "pass@1")).toBe("50.0 (40.0-62.5)");
  expect(scoreText(RECORDS[0], "pass@8")).toBe("75.0");
  expect(scoreText(RECORDS[0], "pass@2")).toBe("-");
  expect(scoreText(undefined, "pass@1")).toBe("-");
  expect(scoreText({ ...record(1, 0, "mbpp", { "pass@1": 0 }), settings: { partial: true } }, "pass@1")).toBe(
    "0.0*",
  );
});

test("every pass@k of a benchmark is a series, and the baseline a level line over its steps", () => {
  const table = scoreTable(RECORDS, []);
  const series = scoreSeries(table, "mbpp", firstEvaluated(table, "mbpp"));
  expect(series.map(({ title, points }) => [title, points.map(({ step, value }) => [step, value])])).toEqual([
    [
      "pass@1",
      [
        [0, 0.25],
        [20, 0.5],
      ],
    ],
    ["pass@8", [[20, 0.75]]],
    [
      "step 0",
      [
        [0, 0.25],
        [20, 0.25],
      ],
    ],
  ]);
  expect(scoreSeries(table, "apps", firstEvaluated(table, "apps")).map(({ title }) => title)).toEqual([
    "pass@1",
  ]);
});

test("the command line of an evaluation is that of the run's own ones", () => {
  const config = makeConfig({
    seed: 7,
    evaluation: {
      ...{ limit: 20, format: "chat", samples: 4, temperature: 0.6 },
      data: { mbpp: "own/mbpp.jsonl" },
    },
  });
  expect(evaluationArguments("runs/a", config, { benchmark: "mbpp", step: 7 })).toEqual([
    ...["eval", "runs/a", "--benchmark", "mbpp", "--checkpoint", "checkpoint-7"],
    ...[
      "--limit",
      "20",
      "--format",
      "chat",
      "--seed",
      "7",
      "--data",
      "own/mbpp.jsonl",
      "--samples",
      "4",
      "--k",
      "1,4",
      "--temperature",
      "0.6",
    ],
  ]);
  expect(evaluationArguments("a", makeConfig(), { benchmark: "apps", step: 1 })).toEqual(
    "eval a --benchmark apps --checkpoint checkpoint-1 --limit 0 --format raw --seed 0".split(" "),
  );
});
