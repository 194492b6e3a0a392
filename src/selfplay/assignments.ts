import type { TaskType } from "../interfaces/role.ts";
import { stream } from "../random/stream.ts";
import type { Admission } from "./admission.ts";
import type { Curriculum } from "./curriculum/curriculum.ts";
import type { PlayContext } from "./play-context.ts";
import type { Assignment } from "./solving.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/**
 * Who is to be solved in a step. Every task that a proposal stands for gets `estimation_samples` answers for
 * its solve rate. Of each type, `tasks_per_step` tasks train the solver: this step's new ones first, then
 * others of the buffer, uniformly or as a curriculum draws them. They train on their estimates (`reuse_estimates`; a task of the buffer
 * then gets as many answers), or on one fresh answer each, as in the paper.
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
  const { estimation_samples: samples, reuse_estimates: reuse, tasks_per_step: wanted } = selfplay;
  const assignments: Assignment[] = [];
  for (const type of types) {
    const own = new Map<number, Assignment>();
    for (const { task } of admission.standings) {
      if (task?.type !== type || own.has(task.id)) continue;
      own.set(task.id, { id: task.id, type, task: task.task, estimates: samples, fresh: 0, trains: false });
    }
    const chosen = admission.admitted.filter((task) => task.type === type).slice(0, wanted);
    const random = stream(seed, "solve", step, type);
    const left = wanted - chosen.length;
    const others = draw
      ? draw(type, buffers.of(type).tasks(), left, random)
      : buffers.of(type).sample(random, left);
    for (const { id, task } of [...chosen, ...others.map((task) => ({ id: task.id, task }))]) {
      const assignment = own.get(id) ?? {
        id,
        type,
        task,
        estimates: reuse ? samples : 0,
        fresh: 0,
        trains: false,
      };
      own.set(id, { ...assignment, fresh: reuse ? 0 : 1, trains: true });
    }
    assignments.push(...own.values());
  }
  return assignments;
}
