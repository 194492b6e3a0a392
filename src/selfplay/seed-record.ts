import { TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import { newTask } from "../runs/new-task.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { NumberedTask } from "./admission.ts";
import { IDENTITY } from "./identity.ts";

/** The identity function as a task of each type, ids from 1. */
export function identityTasks(types: readonly TaskType[]): TaskRecord[] {
  return TASK_TYPES.filter((type) => types.includes(type)).map((type, i) =>
    seedRecord(i + 1, type, { task: IDENTITY[type], parents: [], fingerprint: null, skeleton: null }),
  );
}

type Seed = Pick<NumberedTask, "task" | "parents" | "fingerprint" | "skeleton"> & Partial<NumberedTask>;

/** What a template wrote keeps its origin; all else is the seed. */
export function seedRecord(
  id: number,
  type: TaskType,
  { task, parents, fingerprint, skeleton, origin }: Seed,
): TaskRecord {
  return newTask({
    id,
    type,
    origin: origin === "template" ? origin : "seed",
    program: task.program,
    inputs: task.inputs,
    outputs: task.outputs,
    message: task.message,
    parents: [...parents],
    fingerprint,
    skeleton,
  });
}
