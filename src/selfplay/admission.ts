import type { Config } from "../config/schema.ts";
import type { TaskType } from "../interfaces/role.ts";
import type { ValidTask } from "./proposal.ts";
import type { Candidate } from "./proposers/candidate.ts";
import { type Rejection, rejected } from "./rejection.ts";
import { taskKey } from "./task-buffer.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/** A valid proposal with the id of its task. */
export interface NumberedTask {
  id: number;
  type: TaskType;
  origin: Candidate["origin"];
  task: ValidTask;
  parents: readonly number[];
}

/** What became of a proposal: the task that it stands for, or why there is none. */
export interface Standing<C extends Candidate = Candidate> {
  rollout: C;
  /** Its own task, or the one that it repeats. */
  task: NumberedTask | null;
  rejection: Rejection | null;
}

export interface Admission<C extends Candidate = Candidate> {
  /** New tasks, ids ascending. */
  admitted: NumberedTask[];
  /** One per proposal, in their order. */
  standings: Standing<C>[];
}

/**
 * Numbers the valid proposals that are new, in their order, so that the result does not depend on which
 * sample ended first. Repeats of the buffer or of each other stand for the task they repeat, or are rejected;
 * those of templates, which nobody is rewarded for, always are.
 */
export function admit<C extends Candidate>(
  rollouts: readonly C[],
  buffers: TaskBuffers,
  duplicates: Config["selfplay"]["duplicates"],
): Admission<C> {
  const admitted: NumberedTask[] = [];
  const seen = new Map<string, NumberedTask>();
  const standings = rollouts.map((rollout): Standing<C> => {
    if (!rollout.task.ok) return { rollout, task: null, rejection: rollout.task.rejection };
    const task = rollout.task.value;
    const key = `${rollout.type} ${taskKey(task)}`;
    const inBuffer = buffers.of(rollout.type).find(task);
    const repeated = seen.get(key) ?? (inBuffer && numbered(inBuffer.id, rollout, inBuffer, []));
    if (repeated) {
      if (duplicates === "estimate" && rollout.origin === "proposed")
        return { rollout, task: repeated, rejection: null };
      return { rollout, task: null, ...rejected("duplicate", `the same as task ${repeated.id}`) };
    }
    const own = numbered(buffers.nextId(admitted.length), rollout, task, rollout.parents);
    seen.set(key, own);
    admitted.push(own);
    return { rollout, task: own, rejection: null };
  });
  return { admitted, standings };
}

function numbered(
  id: number,
  { type, origin }: Candidate,
  task: ValidTask,
  parents: readonly number[],
): NumberedTask {
  return { id, type, origin, task, parents };
}
