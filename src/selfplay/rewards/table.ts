import type { Config } from "../../config/schema.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { RewardComponents } from "./components.ts";

/** How a rollout ended, as minAZR's table tells rollouts apart. */
export type TableRow = "right" | "unreadable" | "wrong" | "malformed";

/** Whether rollouts of this type are paid by the table. */
export function paidByTable(type: TaskType, { table }: Config["rewards"]): boolean {
  return table.types.includes(type);
}

/**
 * minAZR's rewards: 10 for a task with an answer and for a right answer, 1 for what keeps the tags and cannot be
 * read, 0 for a wrong answer, -10 for broken tags. The proposer is paid whatever the solver makes of its task.
 */
export function tableReward(row: TableRow, { table }: Config["rewards"]): RewardComponents {
  const pays = table[row];
  const format = row === "malformed" || row === "unreadable";
  return { format: format ? pays : 0, correctness: format ? 0 : pays };
}
