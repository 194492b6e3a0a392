import type { TaskType } from "../interfaces/role.ts";
import { type KeyPart, stream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { PlayContext } from "./play-context.ts";
import type { TaskBuffers } from "./task-buffers.ts";
import { findRenamable, type GivenFunction, giveFunctions, mayBeGiven } from "./tasks/composites.ts";
import { TASK_KINDS } from "./tasks/registry.ts";

/** Programs drawn beyond those wanted: not every one can be given. */
const SPARE = 4;

/**
 * For each prompt of a type, by its key, the functions that its proposer is given; empty for most. With
 * `composites.probability`, c from 1 to `most` earlier programs that are no composites themselves; fewer when
 * the buffers have fewer that can be renamed. One job of the sandbox looks at all that were drawn.
 */
export async function drawComposites(
  play: PlayContext,
  buffers: TaskBuffers,
  type: TaskType,
  keys: readonly (readonly KeyPart[])[],
  step: number,
  signal?: AbortSignal,
): Promise<GivenFunction[][]> {
  const { seed, selfplay } = play.config;
  const { probability, most, from_step: from } = selfplay.composites;
  const kind = TASK_KINDS[type];
  if (!kind.composes || probability === 0 || step < from) return keys.map(() => []);
  const draws = keys.map((key) => {
    const random = stream(seed, "composites", type, ...key);
    if (random.uniform() >= probability) return { count: 0, candidates: [] as TaskRecord[] };
    const count = random.integer(1, most);
    const tasks = buffers.sampleFrom(kind.referenceTypes, type, random, Number.MAX_SAFE_INTEGER);
    return { count, candidates: tasks.filter(mayBeGiven).slice(0, count + SPARE) };
  });
  const programs = draws.flatMap(({ candidates }) => candidates.map(({ program }) => program));
  const renamable = await findRenamable(programs, play.executor, signal);
  return draws.map(({ count, candidates }) => giveFunctions(candidates, renamable, count));
}
