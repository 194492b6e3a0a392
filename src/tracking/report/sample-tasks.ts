import type { RunDatabase } from "../../runs/database.ts";
import { taskById, taskChildren } from "../../runs/queries/tasks.ts";
import type { TaskRecord } from "../../runs/records.ts";

export interface SampleTask extends TaskRecord {
  /** From the first ancestor down to the task itself, each the first reference of the next. */
  lineage: readonly number[];
  /** Ancestors before the first of the lineage are left out. */
  older: boolean;
  /** Tasks whose proposer saw it as a reference. */
  children: number;
  why: string;
}

/** Ancestors shown at most. */
const DEPTH = 12;

/** Of each type the newest task, the one most learnable and the one most drawn, each once. */
export function sampleTasks(database: RunDatabase): SampleTask[] {
  const types = database.all<{ type: string }>("SELECT DISTINCT type FROM tasks ORDER BY type");
  return types.flatMap(({ type }) => {
    const chosen = new Map<number, string>();
    for (const [why, order] of REASONS) {
      const row = database.get<{ id: number }>(
        `SELECT id FROM tasks WHERE type = ? AND origin <> 'seed' ORDER BY ${order} LIMIT 1`,
        [type],
      );
      if (row && !chosen.has(row.id)) chosen.set(row.id, why);
    }
    return [...chosen].flatMap(([id, why]) => {
      const task = taskById(database, id);
      if (!task) return [];
      return { ...task, why, ...lineage(database, task), children: taskChildren(database, id).length };
    });
  });
}

const REASONS = [
  ["the most learnable", "learnability IS NULL, learnability DESC, id DESC"],
  ["the most drawn", "times_drawn DESC, id DESC"],
  ["the newest", "id DESC"],
] as const;

function lineage(database: RunDatabase, task: TaskRecord): Pick<SampleTask, "lineage" | "older"> {
  const chain = [task.id];
  let parent = task.parents[0];
  while (parent !== undefined && !chain.includes(parent) && chain.length < DEPTH) {
    chain.unshift(parent);
    parent = taskById(database, parent)?.parents[0];
  }
  return { lineage: chain, older: parent !== undefined };
}

/** How many tasks have their last solve rate in each tenth; the last holds 0.9 and above. */
export function solveRateCounts(database: RunDatabase): number[] {
  const rows = database.all<{ tenth: number; count: number }>(
    `SELECT max(0, min(9, CAST(solve_rate * 10 AS INTEGER))) AS tenth, count(*) AS count
     FROM tasks WHERE solve_rate IS NOT NULL GROUP BY tenth`,
  );
  return Array.from({ length: 10 }, (_, i) => rows.find(({ tenth }) => tenth === i)?.count ?? 0);
}
