import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunDatabase, RunDirectory, rewind } from "../../runs/index.ts";
import type { Recording } from "./recording.ts";

/** Tables whose rows belong to a step. */
const BY_STEP = ["steps", "metrics", "tasks", "task_updates", "rollouts", "checkpoints"] as const;

/**
 * A recorded run on disk, in a temporary directory of its own: first as it was when the recording began, then brought
 * on step by step, so that the screens read of each moment what they could read then.
 */
export class RecordedRun implements Disposable {
  readonly run: RunDirectory;
  private readonly folder: string;
  private readonly database: RunDatabase;

  constructor(private readonly recording: Recording) {
    this.folder = mkdtempSync(join(tmpdir(), "azr-replay-"));
    const path = join(this.folder, recording.name);
    this.run = layOut(path, recording);
    const whole = join(this.folder, "whole.sqlite");
    writeFileSync(whole, recording.database);
    this.database = this.run.openDatabase();
    this.database.run("ATTACH DATABASE ? AS whole", [whole]);
    this.database.run("DELETE FROM engine");
    this.toBeginning();
  }

  /** As it was when the recording began. */
  toBeginning(): void {
    const { step, startedAt } = this.recording;
    rewind(this.database, step);
    this.database.transaction(() => {
      this.database.run("DELETE FROM events WHERE at > ?", [startedAt]);
      this.database.run(
        "DELETE FROM evaluation_samples WHERE evaluation_id IN (SELECT id FROM evaluations WHERE finished_at > ?)",
        [startedAt],
      );
      this.database.run("DELETE FROM evaluations WHERE finished_at > ?", [startedAt]);
    });
  }

  /** What a finished step left. */
  addStep(step: number): void {
    this.database.transaction(() => {
      for (const table of BY_STEP)
        this.database.run(
          `INSERT OR REPLACE INTO main.${table} SELECT * FROM whole.${table} WHERE step = ?`,
          [step],
        );
      this.database.run(
        "UPDATE tasks SET evicted_step = (SELECT evicted_step FROM whole.tasks w WHERE w.id = tasks.id AND w.evicted_step <= ?)",
        [step],
      );
      this.database.run(`
        UPDATE tasks SET
          solve_rate = (SELECT solve_rate FROM task_updates u WHERE u.task_id = tasks.id ORDER BY step DESC LIMIT 1),
          times_drawn = coalesce(
            (SELECT times_drawn FROM task_updates u WHERE u.task_id = tasks.id ORDER BY step DESC LIMIT 1), 0)
      `);
    });
  }

  /** Lines of the log and evaluations up to a moment, milliseconds since the epoch. */
  addEvents(until: number): void {
    this.database.transaction(() => {
      this.database.run("INSERT OR IGNORE INTO main.events SELECT * FROM whole.events WHERE at <= ?", [
        until,
      ]);
      this.database.run(
        "INSERT OR IGNORE INTO main.evaluations SELECT * FROM whole.evaluations WHERE finished_at <= ?",
        [until],
      );
      this.database.run(
        "INSERT OR IGNORE INTO main.evaluation_samples SELECT * FROM whole.evaluation_samples WHERE evaluation_id IN (SELECT id FROM main.evaluations)",
      );
    });
  }

  [Symbol.dispose](): void {
    this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function layOut(path: string, { config, database }: Recording): RunDirectory {
  mkdirSync(path);
  writeFileSync(join(path, "config.json"), config);
  writeFileSync(join(path, "run.sqlite"), database);
  return RunDirectory.open(path);
}
