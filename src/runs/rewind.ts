import type { RunDatabase } from "./database.ts";

/**
 * Takes the database back to the end of a step, in one transaction: everything newer goes, and tasks get back
 * the figures and the place in the buffer that they had then. Events stay: they are the history of what happened to the run.
 * Settings stay too: the steps to come are to be done under those that they had.
 */
export function rewind(database: RunDatabase, step: number): void {
  database.transaction(() => {
    for (const table of [
      "steps",
      "metrics",
      "tasks",
      "rollouts",
      "checkpoints",
      "best_checkpoint",
      "task_updates",
    ]) {
      database.run(`DELETE FROM ${table} WHERE step > ?`, [step]);
    }
    database.run(
      "DELETE FROM evaluation_samples WHERE evaluation_id IN (SELECT id FROM evaluations WHERE step > ?)",
      [step],
    );
    database.run("DELETE FROM evaluations WHERE step > ?", [step]);
    database.run("UPDATE tasks SET evicted_step = NULL WHERE evicted_step > ?", [step]);
    // A task without a row there was never solved.
    database.run(`
      UPDATE tasks SET
        solve_rate = (SELECT solve_rate FROM task_updates u WHERE u.task_id = tasks.id ORDER BY step DESC LIMIT 1),
        times_drawn = coalesce(
          (SELECT times_drawn FROM task_updates u WHERE u.task_id = tasks.id ORDER BY step DESC LIMIT 1), 0)
    `);
  });
}
