import type { RunDatabase } from "../database.ts";
import type { CheckpointRecord, StepRecord } from "../records.ts";

/** Finished steps, ascending: the last `limit` at most. Step 0 is the seeding. */
export function steps(database: RunDatabase, limit = 10_000): StepRecord[] {
  return database
    .all<StepRecord>(
      `SELECT step, started_at AS startedAt, finished_at AS finishedAt
       FROM steps ORDER BY step DESC LIMIT ?`,
      [limit],
    )
    .reverse();
}

/** When a step was finished, milliseconds since the epoch; null where it is not. A step made anew has another time. */
export function finishedAt(database: RunDatabase, step: number): number | null {
  const row = database.get<{ at: number }>("SELECT finished_at AS at FROM steps WHERE step = ?", [step]);
  return row?.at ?? null;
}

/** Whether the seeding (step 0) has been stored. */
export function isSeeded(database: RunDatabase): boolean {
  return database.get("SELECT step FROM steps WHERE step = 0") !== null;
}

/** Checkpoints, newest first. */
export function checkpoints(database: RunDatabase): CheckpointRecord[] {
  return database.all<CheckpointRecord>(
    "SELECT step, directory, created_at AS createdAt, bytes FROM checkpoints ORDER BY step DESC",
  );
}

/** Step of the newest checkpoint; 0 where there is none. */
export const newestCheckpoint = (database: RunDatabase): number => checkpoints(database)[0]?.step ?? 0;
