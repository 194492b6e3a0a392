import { STRATEGIES } from "../../config/strategy.ts";
import { ROLES, TASK_TYPES } from "../../interfaces/role.ts";
import type { RunDatabase } from "../database.ts";
import type { FilterField, FilterLanguage } from "../filter/index.ts";
import { type RolloutRow, toRollout } from "../queries/rollouts.ts";
import type { RolloutRecord } from "../records.ts";
import { byColumn, byId, byNullable, inOrder, type Listing } from "./listing.ts";

export const ROLE_FIELD: FilterField = {
  name: "role",
  kind: "choice",
  sql: "role",
  values: ROLES,
  help: "what the model did",
  // As the columns say it.
  otherWords: { proposer: "propose", solver: "solve" },
};

export const ROLLOUT_LANGUAGE: FilterLanguage = {
  text: "prompt || char(10) || response",
  fields: [
    ROLE_FIELD,
    { name: "type", kind: "choice", sql: "type", values: TASK_TYPES, help: "task type" },
    { name: "step", kind: "number", sql: "step", help: "step that it was made in" },
    { name: "verdict", kind: "name", sql: "verdict", help: "ok, wrong, or why it was rejected" },
    { name: "reward", kind: "number", sql: "reward", help: "the whole reward" },
    { name: "advantage", kind: "number", sql: "advantage", help: "as trained on; none where it was not" },
    { name: "flag", kind: "names", sql: "flags", help: "safety flag" },
    { name: "task", kind: "number", sql: "task_id", help: "the task solved or admitted" },
    { name: "group", kind: "name", sql: "group_key", help: "rollouts of one prompt" },
    { name: "tokens", kind: "number", sql: "response_tokens", help: "tokens of the response" },
    {
      name: "logprob",
      kind: "number",
      sql: "log_probability",
      help: "mean log-probability of its tokens as sampled",
    },
    { name: "finish", kind: "name", sql: "finish", help: "how sampling ended; length: it was cut" },
    { name: "strategy", kind: "choice", sql: "strategy", values: STRATEGIES, help: "how a task was solved" },
    { name: "id", kind: "number", sql: "id", help: "its number" },
    { name: "prompt", kind: "text", sql: "prompt", help: "text in the prompt" },
    { name: "response", kind: "text", sql: "response", help: "text in the response" },
    { name: "answer", kind: "text", sql: "answer", help: "text in the answer as parsed" },
    { name: "detail", kind: "text", sql: "detail", help: "text of the verdict's sentence" },
  ],
};

/** Every sampled response of the run. */
export const ROLLOUT_LISTING: Listing<RolloutRecord> = {
  from: "rollouts",
  language: ROLLOUT_LANGUAGE,
  orders: {
    id: byId,
    reward: byColumn("reward"),
    advantage: byNullable("advantage"),
    tokens: byColumn("response_tokens"),
    logprob: byNullable("log_probability"),
    verdict: byColumn("verdict"),
    role: byColumn("role"),
    type: byColumn("type"),
    task: byNullable("task_id"),
  },
  rows: (database, ids) =>
    inOrder(
      database
        .all<RolloutRow>("SELECT * FROM rollouts WHERE id IN (SELECT value FROM json_each(?))", [
          JSON.stringify(ids),
        ])
        .map(toRollout),
      ids,
    ),
};

/** The first of `ids` whose rollout failed; undefined where none did. */
export function firstFailure(database: RunDatabase, ids: readonly number[]): number | undefined {
  const SLICE = 500;
  for (let from = 0; from < ids.length; from += SLICE) {
    const slice = ids.slice(from, from + SLICE);
    const failed = new Set(
      database
        .all<{ id: number }>(
          "SELECT id FROM rollouts WHERE id IN (SELECT value FROM json_each(?)) AND verdict <> 'ok'",
          [JSON.stringify(slice)],
        )
        .map(({ id }) => id),
    );
    const first = slice.find((id) => failed.has(id));
    if (first !== undefined) return first;
  }
  return undefined;
}
