import type { TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../database.ts";
import type { TaskRecord } from "../records.ts";

export interface TaskCount {
  type: TaskType;
  origin: TaskRecord["origin"];
  /** In the buffer. */
  kept: number;
  /** Given up by a full buffer, or not taken by the rule of admission. */
  evicted: number;
}

/** Tasks by type and origin, in the order of these names. */
export function taskCounts(database: RunDatabase): TaskCount[] {
  return database.all<TaskCount>(
    `SELECT type, origin, sum(evicted_step IS NULL) AS kept, sum(evicted_step IS NOT NULL) AS evicted
     FROM tasks GROUP BY type, origin ORDER BY type, origin`,
  );
}
