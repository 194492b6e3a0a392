import { createHash } from "node:crypto";
import type { Config } from "../config/schema.ts";
import type { RunDatabase } from "../runs/database.ts";
import { evaluations } from "../runs/queries/evaluations.ts";
import type { EvaluationRecord } from "../runs/records.ts";
import { type RunStatus, runStatus } from "../runs/state.ts";

/** What one step leaves for a tracker. */
export interface TrackedStep {
  step: number;
  /** Milliseconds since the epoch. */
  at: number;
  /** Figures by name, sorted; null where one was not a finite number. Scores of evaluations are not among them. */
  metrics: Readonly<Record<string, number | null>>;
  /** Solve rate of each task that was solved in this step. */
  solveRates: readonly number[];
}

/** Steps read at once. */
const BATCH = 200;

/** Reads a run's database for the trackers: whole steps in order, evaluations in order of their id. */
export class RunSource {
  constructor(
    private readonly database: RunDatabase,
    readonly config: Config,
  ) {}

  status(): RunStatus {
    return runStatus(this.database);
  }

  /** The same for a run wherever it lies, and after each resume; another for a run made anew under its name. */
  identity(): string {
    const { name, createdAt } = this.status();
    return createHash("sha256")
      .update(JSON.stringify([name, createdAt, this.config.seed]))
      .digest("hex")
      .slice(0, 12);
  }

  /**
   * Steps after one, ascending, with all figures that they will get. While the engine lives, a step after which
   * something is measured counts once the next one is stored.
   */
  stepsAfter(step: number, live: boolean): TrackedStep[] {
    const rows = this.database.all<{ step: number; at: number | null }>(
      `SELECT known.step, steps.finished_at AS at FROM
         (SELECT DISTINCT step FROM metrics WHERE step > ? ORDER BY step LIMIT ?) known
       LEFT JOIN steps USING (step) ORDER BY known.step`,
      [step, BATCH],
    );
    const last = this.lastStep();
    const { createdAt, totalSteps } = this.status();
    const settled = rows.filter(
      (row) =>
        !live || row.step < last || (row.at !== null && !measuredAfter(this.config, row.step, totalSteps)),
    );
    return settled.map((row) => ({
      step: row.step,
      at: row.at ?? createdAt,
      metrics: this.metrics(row.step),
      solveRates: this.solveRates(row.step),
    }));
  }

  /** Evaluations with a larger id, in the order in which they were stored. */
  evaluationsAfter(id: number): EvaluationRecord[] {
    return evaluations(this.database)
      .filter((evaluation) => evaluation.id > id)
      .reverse();
  }

  private lastStep(): number {
    return (
      this.database.get<{ step: number }>("SELECT coalesce(max(step), -1) AS step FROM steps")?.step ?? -1
    );
  }

  private metrics(step: number): Record<string, number | null> {
    const rows = this.database.all<{ name: string; value: number | null }>(
      "SELECT name, value FROM metrics WHERE step = ? AND name NOT LIKE 'evaluation/%' ORDER BY name",
      [step],
    );
    return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
  }

  private solveRates(step: number): number[] {
    return this.database
      .all<{ rate: number }>(
        "SELECT solve_rate AS rate FROM task_updates WHERE step = ? AND solve_rate IS NOT NULL ORDER BY task_id",
        [step],
      )
      .map(({ rate }) => rate);
  }
}

/** Whether the engine goes on measuring after a step is stored: a benchmark, or the validation loss. */
function measuredAfter({ evaluation, training }: Config, step: number, steps: number): boolean {
  const { algorithm } = training;
  const validated = algorithm.type === "sft" && (step % algorithm.validate_every === 0 || step === steps);
  return validated || (evaluation.every > 0 && step > 0 && step % evaluation.every === 0);
}

/** Scores of an evaluation as figures, `evaluation/humaneval/pass@1`. */
export function evaluationFigures({ benchmark, scores }: EvaluationRecord): Record<string, number> {
  return Object.fromEntries(
    Object.entries(scores).map(([name, score]) => [`evaluation/${benchmark}/${name}`, score]),
  );
}
