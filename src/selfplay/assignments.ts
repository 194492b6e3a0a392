import type { TaskType } from "../interfaces/role.ts";
import { stream } from "../random/stream.ts";
import type { Admission } from "./admission.ts";
import type { Curriculum } from "./curriculum/curriculum.ts";
import type { PlayContext } from "./play-context.ts";
import { longestSolverPrompt } from "./solver-tokens.ts";
import type { Assignment } from "./solving.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/**
 * Who is to be solved in a step. Every task that a proposal stands for gets `estimation_samples` answers for
 * its solve rate. Of each type, `tasks_per_step` tasks train the solver, drawn by `buffer.draw` from this
 * step's new ones and the buffer; by a curriculum that draws, the new ones and then those it picks of the buffer.
 * They train on their estimates (`reuse_estimates`; a task of the buffer
 * then gets as many answers), or on one fresh answer each, as in the paper. None where solving is not trained. A task of
 * the buffer whose prompt does not fit under the settings of now is left out.
 */
export function assign(
  play: PlayContext,
  buffers: TaskBuffers,
  admission: Admission,
  types: readonly TaskType[],
  step: number,
  draw: Curriculum["draw"] = null,
): Assignment[] {
  const { seed, selfplay } = play.config;
  const { estimation_samples: samples, reuse_estimates: reuse, train_roles: roles } = selfplay;
  const wanted = roles.includes("solve") ? selfplay.tasks_per_step : 0;
  const assignments: Assignment[] = [];
  for (const type of types) {
    const own = new Map<number, Assignment>();
    for (const { task } of admission.standings) {
      if (task?.type !== type || own.has(task.id)) continue;
      own.set(task.id, { id: task.id, type, task: task.task, estimates: samples, fresh: 0, trains: false });
    }
    const fresh = admission.admitted
      .filter((task) => task.type === type)
      .map(({ id, task }) => ({ ...task, id, step, solveRate: null }));
    const random = stream(seed, "solve", step, type);
    const buffer = buffers.of(type);
    const drawn = draw
      ? [...fresh.slice(0, wanted), ...draw(type, buffer.tasks(), Math.max(0, wanted - fresh.length), random)]
      : buffer.draw(random, wanted, fresh);
    for (const task of drawn) {
      // Of the buffer, from before the limit was lowered or a strategy came.
      if (!own.has(task.id) && longestSolverPrompt(play, type, task) > selfplay.max_prompt_tokens) continue;
      const assignment = own.get(task.id) ?? {
        id: task.id,
        type,
        task,
        estimates: reuse ? samples : 0,
        fresh: 0,
        trains: false,
      };
      own.set(task.id, { ...assignment, fresh: reuse ? 0 : 1, trains: true });
    }
    assignments.push(...own.values());
  }
  return assignments;
}
