import type { RunDatabase } from "./database.ts";

/** The checkpoint that is kept for the best value of a figure. */
export interface BestCheckpoint {
  step: number;
  metric: string;
  value: number;
}

/** Null where the run keeps none, or has not measured its figure yet. */
export function bestCheckpoint(database: RunDatabase): BestCheckpoint | null {
  return database.get<BestCheckpoint>("SELECT step, metric, value FROM best_checkpoint") ?? null;
}

/** Names a checkpoint as the best; the one before it stays only while it is among the last `keep`. */
export function setBestCheckpoint(database: RunDatabase, best: BestCheckpoint, keep: number): void {
  database.transaction(() => {
    database.run("INSERT OR REPLACE INTO best_checkpoint VALUES (1, ?, ?, ?)", [
      best.step,
      best.metric,
      best.value,
    ]);
    forgetCheckpoints(database, keep);
  });
}

/** Forgets all checkpoints but the last `keep` and the best. */
export function forgetCheckpoints(database: RunDatabase, keep: number): void {
  database.run(
    `DELETE FROM checkpoints WHERE step NOT IN (SELECT step FROM checkpoints ORDER BY step DESC LIMIT ?)
     AND step NOT IN (SELECT step FROM best_checkpoint)`,
    [keep],
  );
}
