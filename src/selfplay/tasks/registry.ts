import type { TaskType } from "../../interfaces/role.ts";
import { abduction } from "./abduction.ts";
import { deduction } from "./deduction.ts";
import { errorDeduction } from "./error-deduction.ts";
import { induction } from "./induction.ts";
import { mathematics } from "./mathematics.ts";
import type { TaskKind } from "./task-kind.ts";

export const TASK_KINDS: Record<TaskType, TaskKind> = {
  deduction,
  abduction,
  induction,
  "error-deduction": errorDeduction,
  mathematics,
};
