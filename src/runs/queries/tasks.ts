import type { TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../database.ts";
import type { TaskRecord } from "../records.ts";
import { type Page, pageBounds, whereClause } from "./page.ts";

export interface TaskFilter {
  type?: TaskType;
  origin?: TaskRecord["origin"];
  step?: number;
}

export const TASK_ORDERS = { newest: "id DESC", oldest: "id" } as const;
export type TaskOrder = keyof typeof TASK_ORDERS;

export interface TaskRow {
  id: number;
  type: TaskType;
  origin: TaskRecord["origin"];
  step: number;
  program: string;
  inputs: string;
  outputs: string;
  message: string | null;
  parents: string;
  learnability: number | null;
  solve_rate: number | null;
  times_drawn: number;
  fingerprint: string | null;
  skeleton: string | null;
  evicted_step: number | null;
}

/** One page of the buffers' tasks. */
export function taskPage(
  database: RunDatabase,
  filter: TaskFilter = {},
  order: TaskOrder = "newest",
  page: Page = {},
): TaskRecord[] {
  const where = taskWhere(filter);
  return database
    .all<TaskRow>(`SELECT * FROM tasks ${where.sql} ORDER BY ${TASK_ORDERS[order]} LIMIT ? OFFSET ?`, [
      ...where.bindings,
      ...pageBounds(page),
    ])
    .map(toTask);
}

/** Number of tasks that a filter lets through. */
export function countTasks(database: RunDatabase, filter: TaskFilter = {}): number {
  const where = taskWhere(filter);
  return database.get<{ n: number }>(`SELECT count(*) AS n FROM tasks ${where.sql}`, where.bindings)?.n ?? 0;
}

export function taskById(database: RunDatabase, id: number): TaskRecord | null {
  const row = database.get<TaskRow>("SELECT * FROM tasks WHERE id = ?", [id]);
  return row && toTask(row);
}

/** Tasks whose proposer saw this one as a reference, ascending. They came after it. */
export function taskChildren(database: RunDatabase, id: number, limit = 100): TaskRecord[] {
  return database
    .all<TaskRow>(
      `SELECT * FROM tasks WHERE id IN
         (SELECT id FROM tasks INDEXED BY tasks_by_step WHERE id > ?1 AND instr(parents, ?1) > 0
          AND EXISTS (SELECT 1 FROM json_each(parents) WHERE value = ?1))
       ORDER BY id LIMIT ?2`,
      [id, limit],
    )
    .map(toTask);
}

/** Every task of the run, ascending by id: what the buffers are rebuilt from. */
export function allTasks(database: RunDatabase): TaskRecord[] {
  return database.all<TaskRow>("SELECT * FROM tasks ORDER BY id").map(toTask);
}

function taskWhere(filter: TaskFilter) {
  return whereClause([
    ["type = ?", filter.type],
    ["origin = ?", filter.origin],
    ["step = ?", filter.step],
  ]);
}

export function toTask(row: TaskRow): TaskRecord {
  return {
    id: row.id,
    type: row.type,
    origin: row.origin,
    step: row.step,
    program: row.program,
    inputs: JSON.parse(row.inputs) as string[],
    outputs: JSON.parse(row.outputs) as string[],
    message: row.message,
    parents: JSON.parse(row.parents) as number[],
    learnability: row.learnability,
    solveRate: row.solve_rate,
    timesDrawn: row.times_drawn,
    fingerprint: row.fingerprint,
    skeleton: row.skeleton,
    evictedStep: row.evicted_step,
  };
}
