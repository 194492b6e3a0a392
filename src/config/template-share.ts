import type { Config } from "./schema.ts";
import { type TaskType, TEMPLATE_TYPES } from "./task-type.ts";

/** How many of `count` proposals of a type the templates write; the model writes the others. */
export function templateCount(
  proposer: Config["selfplay"]["proposer"],
  type: TaskType,
  count: number,
): number {
  if (proposer.type === "model" || !TEMPLATE_TYPES.includes(type)) return 0;
  return proposer.type === "template" ? count : Math.round(proposer.share * count);
}
