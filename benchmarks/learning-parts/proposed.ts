import { allTasks } from "../../src/runs/queries/tasks.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import { RunDirectory } from "../../src/runs/run-directory.ts";
import { runStatus } from "../../src/runs/state.ts";

/** Steps at a run's beginning and at its end that its own tasks are looked at in. */
export const STEPS = 10;

/** The tasks that a run's model proposed in its first steps, and those of its last; none is in both. */
export interface Proposed {
  first: readonly TaskRecord[];
  last: readonly TaskRecord[];
}

export function proposed(run: string): Proposed {
  using database = RunDirectory.open(run).openDatabase({ readonly: true });
  const tasks = allTasks(database).filter(({ origin }) => origin === "proposed");
  const begin = Math.max(STEPS, runStatus(database).step - STEPS);
  return { first: tasks.filter(({ step }) => step <= STEPS), last: tasks.filter(({ step }) => step > begin) };
}
