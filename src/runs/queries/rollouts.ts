import type { Strategy } from "../../config/strategy.ts";
import type { Role, TaskType } from "../../interfaces/role.ts";
import type { RunDatabase } from "../database.ts";
import type { RolloutRecord } from "../records.ts";
import { type Page, pageBounds, whereClause } from "./page.ts";

export interface RolloutFilter {
  step?: number;
  role?: Role;
  type?: TaskType;
  taskId?: number;
  group?: string;
  verdict?: string;
}

export interface RolloutRow {
  id: number;
  step: number;
  role: Role;
  type: TaskType;
  task_id: number | null;
  group_key: string;
  prompt: string;
  response: string;
  answer: string | null;
  verdict: string;
  detail: string;
  flags: string;
  program_key: string | null;
  reward: number;
  components: string;
  advantage: number | null;
  prompt_tokens: number;
  response_tokens: number;
  log_probability: number | null;
  finish: string;
  strategy: Strategy | null;
}

/** One page of rollouts, newest first. */
export function rolloutPage(
  database: RunDatabase,
  filter: RolloutFilter = {},
  page: Page = {},
): RolloutRecord[] {
  const where = rolloutWhere(filter);
  return database
    .all<RolloutRow>(`SELECT * FROM rollouts ${where.sql} ORDER BY id DESC LIMIT ? OFFSET ?`, [
      ...where.bindings,
      ...pageBounds(page),
    ])
    .map(toRollout);
}

/** Number of rollouts that a filter lets through. */
export function countRollouts(database: RunDatabase, filter: RolloutFilter = {}): number {
  const where = rolloutWhere(filter);
  return (
    database.get<{ n: number }>(`SELECT count(*) AS n FROM rollouts ${where.sql}`, where.bindings)?.n ?? 0
  );
}

export function rolloutById(database: RunDatabase, id: number): RolloutRecord | null {
  const row = database.get<RolloutRow>("SELECT * FROM rollouts WHERE id = ?", [id]);
  return row && toRollout(row);
}

export interface VerdictCount {
  role: Role;
  type: TaskType;
  verdict: string;
  count: number;
}

/** How often each verdict was given, by role and type: of one step, or of the whole run. */
export function verdictCounts(database: RunDatabase, step?: number): VerdictCount[] {
  const where = whereClause([["step = ?", step]]);
  return database.all<VerdictCount>(
    `SELECT role, type, verdict, count(*) AS count FROM rollouts ${where.sql}
     GROUP BY role, type, verdict ORDER BY role, type, count DESC, verdict`,
    where.bindings,
  );
}

/** Keys of the programs that proposals of a type stood for in the steps from `first` to `last`, one per proposal. */
export function programKeys(database: RunDatabase, type: TaskType, first: number, last: number): string[] {
  return database
    .all<{ key: string }>(
      `SELECT program_key AS key FROM rollouts
       WHERE step BETWEEN ? AND ? AND type = ? AND role = 'propose' AND program_key IS NOT NULL`,
      [first, last, type],
    )
    .map(({ key }) => key);
}

/**
 * The last `count` different right answers in the right format with their prompts, by when each was last found. What
 * they earned is that of the task: the part `kl` comes off after the step has chosen its solutions.
 */
export function verifiedSolutions(
  database: RunDatabase,
  count: number,
): Pick<RolloutRecord, "prompt" | "response">[] {
  return database
    .all<Pick<RolloutRow, "prompt" | "response">>(
      `SELECT prompt, response FROM rollouts
       WHERE role = 'solve' AND verdict = 'ok' AND response <> ''
         AND (SELECT sum(value) FROM json_each(components) WHERE key <> 'kl') > 0
       GROUP BY prompt, response ORDER BY max(id) DESC LIMIT ?`,
      [count],
    )
    .reverse();
}

function rolloutWhere(filter: RolloutFilter) {
  return whereClause([
    ["step = ?", filter.step],
    ["role = ?", filter.role],
    ["type = ?", filter.type],
    ["task_id = ?", filter.taskId],
    ["group_key = ?", filter.group],
    ["verdict = ?", filter.verdict],
  ]);
}

export function toRollout(row: RolloutRow): RolloutRecord {
  return {
    id: row.id,
    step: row.step,
    role: row.role,
    type: row.type,
    taskId: row.task_id,
    group: row.group_key,
    prompt: row.prompt,
    response: row.response,
    answer: row.answer,
    verdict: row.verdict,
    detail: row.detail,
    flags: JSON.parse(row.flags) as string[],
    programKey: row.program_key,
    reward: row.reward,
    components: JSON.parse(row.components) as Record<string, number>,
    advantage: row.advantage,
    promptTokens: row.prompt_tokens,
    responseTokens: row.response_tokens,
    logProbability: row.log_probability,
    finish: row.finish,
    strategy: row.strategy,
  };
}
