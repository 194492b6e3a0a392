export { DEFAULT_TASK_TYPES, TASK_TYPES, type TaskType } from "../config/task-type.ts";

/** What the model does in a rollout. */
export const ROLES = ["propose", "solve"] as const;
export type Role = (typeof ROLES)[number];
