import type { TaskType } from "../../interfaces/role.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { ValidTask } from "../proposal.ts";
import type { Reading } from "../rejection.ts";

/** A proposal as admission sees it, whoever wrote it. */
export interface Candidate {
  type: TaskType;
  origin: Exclude<TaskRecord["origin"], "seed">;
  /** Ids of the tasks that it was written after: shown as references, or built on. */
  parents: readonly number[];
  task: Reading<ValidTask>;
  /** Safety flags raised while it was validated. */
  flags: readonly string[];
}
