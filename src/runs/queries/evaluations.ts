import type { RunDatabase } from "../database.ts";
import type { EvaluationRecord } from "../records.ts";
import { type Page, pageBounds } from "./page.ts";

/** One judged completion of an evaluation. */
export interface EvaluationSample {
  problem: string;
  sample: number;
  completion: string;
  passed: boolean;
  verdict: string;
  /** Type and message of what went wrong; empty when nothing did. */
  error: string;
}

interface EvaluationRow extends Omit<EvaluationRecord, "scores" | "settings"> {
  scores: string;
  settings: string;
}

/** Evaluations, newest first; of one benchmark when it is named. */
export function evaluations(database: RunDatabase, benchmark?: string): EvaluationRecord[] {
  const rows = database.all<EvaluationRow>(
    `SELECT id, step, benchmark, scores, settings, started_at AS startedAt, finished_at AS finishedAt
     FROM evaluations WHERE benchmark = coalesce(?, benchmark) ORDER BY id DESC`,
    [benchmark ?? null],
  );
  return rows.map((row) => ({
    ...row,
    scores: JSON.parse(row.scores) as Record<string, number>,
    settings: JSON.parse(row.settings) as Record<string, unknown>,
  }));
}

/** Samples of one evaluation by problem and sample; of one problem when it is named. */
export function evaluationSamples(
  database: RunDatabase,
  id: number,
  page: Page & { problem?: string } = {},
): EvaluationSample[] {
  return database
    .all<Omit<EvaluationSample, "passed"> & { passed: number }>(
      `SELECT problem, sample, completion, passed, verdict, error FROM evaluation_samples
       WHERE evaluation_id = ? AND problem = coalesce(?, problem) ORDER BY problem, sample LIMIT ? OFFSET ?`,
      [id, page.problem ?? null, ...pageBounds(page)],
    )
    .map((row) => ({ ...row, passed: row.passed === 1 }));
}

/** Samples and passes of each problem of an evaluation, in the order in which they were stored. */
export function evaluationOutcomes(
  database: RunDatabase,
  id: number,
): { id: string; samples: number; passed: number }[] {
  return database.all(
    `SELECT problem AS id, count(*) AS samples, sum(passed) AS passed FROM evaluation_samples
     WHERE evaluation_id = ? GROUP BY problem ORDER BY problem`,
    [id],
  );
}

/** Stores an evaluation with its samples in one transaction; its id. */
export function commitEvaluation(
  database: RunDatabase,
  evaluation: Omit<EvaluationRecord, "id">,
  samples: readonly EvaluationSample[],
): number {
  return database.transaction(() => {
    const row = database.get<{ id: number }>(
      "INSERT INTO evaluations VALUES (NULL, ?, ?, ?, ?, ?, ?) RETURNING id",
      [
        evaluation.step,
        evaluation.benchmark,
        JSON.stringify(evaluation.scores),
        JSON.stringify(evaluation.settings),
        evaluation.startedAt,
        evaluation.finishedAt,
      ],
    );
    const id = row?.id ?? 0;
    for (const sample of samples) {
      database.run("INSERT INTO evaluation_samples VALUES (?, ?, ?, ?, ?, ?, ?)", [
        id,
        sample.problem,
        sample.sample,
        sample.completion,
        sample.passed ? 1 : 0,
        sample.verdict,
        sample.error,
      ]);
    }
    return id;
  });
}
