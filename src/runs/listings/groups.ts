import { type Role, TASK_TYPES, type TaskType } from "../../interfaces/role.ts";
import type { FilterLanguage } from "../filter/index.ts";
import { byColumn, byId, byNullable, inOrder, type Listing } from "./listing.ts";
import { ROLE_FIELD } from "./rollouts.ts";

/** The rollouts of one prompt, which are compared with each other. */
export interface RolloutGroup {
  /** Of its first rollout. */
  id: number;
  step: number;
  group: string;
  role: Role;
  type: TaskType;
  taskId: number | null;
  rollouts: number;
  /** Share with the verdict ok. */
  right: number;
  meanReward: number;
  leastReward: number;
  mostReward: number;
  /** Verdict of each. */
  verdicts: string[];
  prompt: string;
}

const FIGURES = `min(id) AS id, step, group_key AS "group", min(role) AS role, min(type) AS type,
  min(task_id) AS taskId, count(*) AS rollouts, avg(verdict = 'ok') AS right,
  avg(reward) AS meanReward, min(reward) AS leastReward, max(reward) AS mostReward`;

export const GROUP_LANGUAGE: FilterLanguage = {
  text: "prompt",
  fields: [
    ROLE_FIELD,
    { name: "type", kind: "choice", sql: "type", values: TASK_TYPES, help: "task type" },
    { name: "step", kind: "number", sql: "step", help: "step that it was made in" },
    { name: "right", kind: "number", sql: "right", help: "share of its rollouts with the verdict ok" },
    { name: "reward", kind: "number", sql: "meanReward", help: "mean reward" },
    {
      name: "spread",
      kind: "number",
      sql: "mostReward - leastReward",
      help: "highest reward less the lowest",
    },
    { name: "rollouts", kind: "number", sql: "rollouts", help: "how many there are" },
    { name: "task", kind: "number", sql: "taskId", help: "the task solved" },
    { name: "group", kind: "name", sql: '"group"', help: "its name" },
    { name: "id", kind: "number", sql: "id", help: "number of its first rollout" },
  ],
};

export const GROUP_LISTING: Listing<RolloutGroup> = {
  from: `(SELECT ${FIGURES} FROM rollouts GROUP BY step, group_key)`,
  texts: "rollouts",
  language: GROUP_LANGUAGE,
  orders: {
    id: byId,
    right: byColumn("right"),
    reward: byColumn("meanReward"),
    spread: (way) => `mostReward - leastReward ${way}, step DESC, id DESC`,
    rollouts: byColumn("rollouts"),
    task: byNullable("taskId"),
  },
  rows: (database, ids) => {
    const groups = database.all<Omit<RolloutGroup, "verdicts"> & { verdicts: string }>(
      `SELECT grouped.*, first.prompt FROM
         (SELECT ${FIGURES}, json_group_array(verdict) AS verdicts FROM rollouts WHERE (step, group_key) IN
           (SELECT step, group_key FROM rollouts WHERE id IN (SELECT value FROM json_each(?)))
         GROUP BY step, group_key) AS grouped
       JOIN rollouts AS first ON first.id = grouped.id`,
      [JSON.stringify(ids)],
    );
    return inOrder(
      groups.map((group) => ({ ...group, verdicts: JSON.parse(group.verdicts) as string[] })),
      ids,
    );
  },
};
