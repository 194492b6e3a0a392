import type { Config } from "../config/schema.ts";
import type { TaskType } from "../interfaces/role.ts";
import type { ValidTask } from "./proposal.ts";
import type { ProposalRollout } from "./proposing.ts";
import { type Rejection, rejected } from "./rejection.ts";
import { taskKey } from "./task-buffer.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/** A valid proposal with the id of its task. */
export interface NumberedTask {
  id: number;
  type: TaskType;
  task: ValidTask;
  parents: readonly number[];
}

/** What became of a proposal: the task that it stands for, or why there is none. */
export interface Standing {
  rollout: ProposalRollout;
  /** Its own task, or the one that it repeats. */
  task: NumberedTask | null;
  rejection: Rejection | null;
}

export interface Admission {
  /** New tasks, ids ascending. */
  admitted: NumberedTask[];
  /** One per proposal, in their order. */
  standings: Standing[];
}

/**
 * Numbers the valid proposals that are new, in their order, so that the result does not depend on which
 * sample ended first. Repeats of the buffer or of each other stand for the task they repeat, or are rejected.
 */
export function admit(
  rollouts: readonly ProposalRollout[],
  buffers: TaskBuffers,
  duplicates: Config["selfplay"]["duplicates"],
): Admission {
  const admitted: NumberedTask[] = [];
  const seen = new Map<string, NumberedTask>();
  const standings = rollouts.map((rollout): Standing => {
    if (!rollout.task.ok) return { rollout, task: null, rejection: rollout.task.rejection };
    const task = rollout.task.value;
    const key = `${rollout.type} ${taskKey(task)}`;
    const inBuffer = buffers.of(rollout.type).find(task);
    const repeated =
      seen.get(key) ?? (inBuffer && { id: inBuffer.id, type: inBuffer.type, task: inBuffer, parents: [] });
    if (repeated) {
      if (duplicates === "estimate") return { rollout, task: repeated, rejection: null };
      return { rollout, task: null, ...rejected("duplicate", `the same as task ${repeated.id}`) };
    }
    const numbered = {
      id: buffers.nextId(admitted.length),
      type: rollout.type,
      task,
      parents: rollout.parents,
    };
    seen.set(key, numbered);
    admitted.push(numbered);
    return { rollout, task: numbered, rejection: null };
  });
  return { admitted, standings };
}
