import { TASK_TYPES } from "../../src/config/task-type.ts";
import type { TaskRecord } from "../../src/runs/records.ts";

/**
 * By type the share of different skeletons among tasks: of syntax trees with constants masked,
 * so that `a + 3` and `a + 4` are one. Induction has none: its programs are other tasks'.
 */
export function skeletons(tasks: readonly TaskRecord[]): Record<string, number> {
  return Object.fromEntries(
    TASK_TYPES.filter((type) => type !== "induction").flatMap((type) => {
      const own = tasks.filter((task) => task.type === type).map(({ skeleton }) => skeleton);
      return own.length > 0 ? [[type, new Set(own).size / own.length]] : [];
    }),
  );
}
