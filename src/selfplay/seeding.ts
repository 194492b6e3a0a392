import { TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import type { TaskRecord } from "../runs/records.ts";
import { admit } from "./admission.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import type { PlayContext } from "./play-context.ts";
import { type Proposed, programFigures } from "./program-figures.ts";
import { interleaved, proposeAll } from "./proposers/proposers.ts";
import { found } from "./rejection.ts";
import { identityTasks, seedRecord } from "./seed-record.ts";
import { TaskBuffers } from "./task-buffers.ts";
import { TASK_KINDS } from "./tasks/registry.ts";

/** Proposals tried for each seed task wanted: a model that cannot write tasks does not hold up the run. */
const TRIES_PER_TASK = 8;

/** The same tasks with the hashes of their programs. */
async function identifiedTasks(play: PlayContext, signal?: AbortSignal): Promise<TaskRecord[]> {
  const records = identityTasks(play.config.selfplay.tasks);
  const proposals = records.map((record) => ({ task: found(record), parents: [] }));
  const programs = await programFigures(play, new TaskBuffers([], play.config), proposals, signal);
  return records.map((record, i) => {
    const { fingerprint = null, skeleton = null } = programs.get(proposals[i] as Proposed) ?? {};
    return { ...record, fingerprint, skeleton };
  });
}

/**
 * Collects `seed_tasks` tasks per type before the first update, starting from the identity function, as the
 * official code does: deductions and abductions share one set, proposed in turns; inductions are made of its
 * programs. Ends early, saying so, when the model does not come to enough of them.
 */
export async function collectSeeds(
  play: PlayContext,
  difficulty: (type: TaskType) => number,
  hooks: SelfPlayHooks,
): Promise<TaskRecord[]> {
  const { tasks: types, seed_tasks: wanted } = play.config.selfplay;
  const records = await identifiedTasks(play, hooks.signal);
  if (wanted === 0) return records;
  const sets = new Set(
    TASK_TYPES.filter((type) => types.includes(type)).map((type) =>
      TASK_KINDS[type].seedsWith.filter((each) => types.includes(each)).join(),
    ),
  );
  for (const set of sets) {
    const shared = set.split(",") as TaskType[];
    await collect(play, records, shared, shared, difficulty, hooks);
  }
  return records;
}

/** Proposes tasks of the types in turn and admits each new one under every type of `shared`. */
async function collect(
  play: PlayContext,
  records: TaskRecord[],
  turns: readonly TaskType[],
  shared: readonly TaskType[],
  difficulty: (type: TaskType) => number,
  hooks: SelfPlayHooks,
): Promise<void> {
  const { tasks: types, seed_tasks: wanted, proposals: batch, hold_out } = play.config.selfplay;
  const kept = () => records.filter((record) => record.type === shared[0]).length;
  const most = wanted * TRIES_PER_TASK;
  let tried = 0;
  for (let round = 0; kept() < wanted && tried < most; round++) {
    const type = turns[round % turns.length] as TaskType;
    const count = Math.min(batch, most - tried);
    const buffers = new TaskBuffers(types, play.config, records);
    const plan = { types: [type], count: () => count, key: ["seed", round] };
    const proposals = interleaved(await proposeAll(play, buffers, plan, difficulty, hooks));
    tried += count;
    const programs = await programFigures(play, buffers, proposals, hooks.signal);
    for (const admitted of admit(proposals, buffers, { duplicates: "reject", hold_out }, programs).admitted) {
      if (kept() >= wanted) break;
      for (const each of shared) records.push(seedRecord(records.length + 1, each, admitted));
    }
    hooks.onProgress?.({ phase: "seed", done: kept(), total: wanted, unit: "tasks", tokensPerSecond: 0 });
  }
  const level = kept() < wanted ? "warning" : "info";
  hooks.onLog?.(
    level,
    `seeding: ${kept()} of ${wanted} ${shared.join(" and ")} tasks after ${tried} proposals${kept() < wanted ? "; the run starts with these" : ""}`,
  );
}
