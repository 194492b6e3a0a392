import { TASK_TYPES } from "../../src/config/task-type.ts";
import { proposed } from "./proposed.ts";

/**
 * By type the share of different skeletons among the tasks of a run's last steps: of syntax trees with constants masked,
 * so that `a + 3` and `a + 4` are one. Induction has none: its programs are other tasks'.
 */
export function skeletons(run: string): Record<string, number> {
  const { last } = proposed(run);
  return Object.fromEntries(
    TASK_TYPES.filter((type) => type !== "induction").flatMap((type) => {
      const own = last.filter((task) => task.type === type).map(({ skeleton }) => skeleton);
      return own.length > 0 ? [[type, new Set(own).size / own.length]] : [];
    }),
  );
}
