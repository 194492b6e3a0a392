import type { Config } from "../config/schema.ts";
import type { TaskType } from "../interfaces/role.ts";
import type { TaskRecord } from "../runs/records.ts";
import { isHeldOut } from "./held-out.ts";
import type { ProgramFigures } from "./program-figures.ts";
import type { ValidTask } from "./proposal.ts";
import type { Candidate } from "./proposers/candidate.ts";
import { type Rejection, rejected } from "./rejection.ts";
import type { TaskBuffers } from "./task-buffers.ts";
import { taskKey } from "./task-key.ts";

/** A valid proposal with the id of its task. */
export interface NumberedTask {
  id: number;
  type: TaskType;
  origin: Candidate["origin"];
  task: ValidTask;
  parents: readonly number[];
  /** As in TaskRecord. */
  fingerprint: string | null;
  skeleton: string | null;
}

/** What became of a proposal: the task that it stands for, or why there is none. */
export interface Standing<C extends Candidate = Candidate> {
  rollout: C;
  /** Its own task, or the one that it repeats. */
  task: NumberedTask | null;
  rejection: Rejection | null;
  /** Whether it repeats an earlier task, of the buffer or of the step, or is held out, which is paid alike. */
  repeats: boolean;
}

export interface Admission<C extends Candidate = Candidate> {
  /** New tasks, ids ascending. */
  admitted: NumberedTask[];
  /** One per proposal, in their order. */
  standings: Standing<C>[];
}

/**
 * Numbers the valid proposals that are new, in their order, so that the result does not depend on which
 * sample ended first. Programs that are held out stand for nothing. Repeats of the buffer or of each other stand for the task they repeat, or are rejected;
 * those of templates, which nobody is rewarded for, always are.
 */
export function admit<C extends Candidate>(
  rollouts: readonly C[],
  buffers: TaskBuffers,
  { duplicates, hold_out }: Pick<Config["selfplay"], "duplicates" | "hold_out">,
  figures: ProgramFigures,
): Admission<C> {
  const admitted: NumberedTask[] = [];
  const seen = new Map<string, NumberedTask>();
  const standings = rollouts.map((rollout): Standing<C> => {
    if (!rollout.task.ok) {
      return { rollout, task: null, rejection: rollout.task.rejection, repeats: false };
    }
    const { type, origin, parents } = rollout;
    const task = rollout.task.value;
    if (type !== "mathematics" && isHeldOut(task.program, hold_out)) {
      return { rollout, task: null, ...rejected("held-out"), repeats: true };
    }
    const { fingerprint = null, skeleton = null } = figures.get(rollout) ?? {};
    const identified = { ...task, fingerprint };
    const ownKey = taskKey(identified, buffers.deduplicate);
    const key = ownKey === null ? null : `${type} ${ownKey}`;
    const repeated =
      (key === null ? undefined : seen.get(key)) ?? numbered(buffers.of(type).find(identified), rollout);
    if (repeated) {
      if (duplicates === "estimate" && origin === "proposed") {
        return { rollout, task: repeated, rejection: null, repeats: true };
      }
      const why = rejected("duplicate", `the same as task ${repeated.id}`);
      return { rollout, task: null, ...why, repeats: true };
    }
    const given = parents.some((id) => buffers.find(id)?.program === task.program);
    const own: NumberedTask = {
      id: buffers.nextId(admitted.length),
      type,
      origin,
      task,
      parents,
      fingerprint,
      skeleton: given ? null : skeleton,
    };
    if (key !== null) seen.set(key, own);
    admitted.push(own);
    return { rollout, task: own, rejection: null, repeats: false };
  });
  return { admitted, standings };
}

/** A task of the buffer as that which a candidate stands for. */
function numbered(task: TaskRecord | undefined, { type, origin }: Candidate): NumberedTask | undefined {
  if (!task) return undefined;
  const { id, fingerprint, skeleton } = task;
  return { id, type, origin, task, parents: [], fingerprint, skeleton };
}
