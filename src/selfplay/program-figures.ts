import type { Config } from "../config/schema.ts";
import type { Executor } from "../sandbox/executor.ts";
import { analysePrograms, type ProgramFacts } from "../sandbox/program-analysis.ts";
import type { ValidTask } from "./proposal.ts";
import type { Reading } from "./rejection.ts";
import { activeTerms } from "./rewards/proposer-reward.ts";
import type { TaskBuffers } from "./task-buffers.ts";

/** A proposal whose program is looked at. */
export interface Proposed {
  task: Reading<ValidTask>;
  /** Ids of the tasks shown as references. */
  parents: readonly number[];
}

/** Facts of the programs of valid proposals; without an entry for one that could not be analysed. */
export type ProgramFigures = ReadonlyMap<Proposed, ProgramFacts>;

/** Whether anything that is set needs the programs' syntax trees. */
function needsAnalysis({ selfplay, rewards }: Config): boolean {
  const { multiply, penalty } = rewards.novelty;
  return (
    selfplay.buffer.deduplicate === "ast" ||
    multiply ||
    penalty > 0 ||
    activeTerms(rewards).some((term) => term.name !== "answer_diversity")
  );
}

/** Analyses the valid proposals' programs in the sandbox; none where no setting needs it. */
export async function programFigures(
  { config, executor }: { config: Config; executor: Executor },
  buffers: TaskBuffers,
  proposals: readonly Proposed[],
  signal?: AbortSignal,
): Promise<ProgramFigures> {
  if (!needsAnalysis(config)) return new Map();
  const compares = config.rewards.edit_distance.coefficient > 0;
  const requests = proposals.flatMap((proposal) => {
    if (!proposal.task.ok) return [];
    const parents = compares ? proposal.parents.flatMap((id) => buffers.find(id) ?? []) : [];
    return [
      { proposal, program: proposal.task.value.program, references: parents.map((task) => task.program) },
    ];
  });
  if (requests.length === 0) return new Map();
  const analyses = await analysePrograms(executor, requests, signal);
  return new Map(
    requests.flatMap(({ proposal }, i) => {
      const analysis = analyses[i];
      return analysis?.ok ? [[proposal, analysis.facts] as const] : [];
    }),
  );
}
