import type { Config } from "./schema.ts";
import type { TaskType } from "./task-type.ts";
import { templateCount } from "./template-share.ts";

type Parts = Pick<Config, "selfplay" | "training">;

/** Types of which the model writes a proposal at least. */
export function modelTypes({ proposer, proposals, tasks }: Config["selfplay"]): TaskType[] {
  return tasks.filter((type) => templateCount(proposer, type, proposals) < proposals);
}

/** Proposals of a step that the model writes, of the type of which it writes the fewest; 0 where it writes none. */
export function modelProposals({ proposer, proposals, tasks }: Config["selfplay"]): number {
  const counts = tasks.map((type) => proposals - templateCount(proposer, type, proposals));
  const own = counts.filter((count) => count > 0);
  return own.length === 0 ? 0 : Math.min(...own);
}

/**
 * How many proposals are compared with each other when the algorithm says how good each was: those of one prompt, of
 * one role and type, or all of the batch. One alone teaches nothing.
 */
export function comparedProposals({ selfplay, training }: Parts): number {
  const own = modelProposals(selfplay);
  if (!comparesPrompts(training)) return comparesTypes(training) ? own : Number.POSITIVE_INFINITY;
  return selfplay.propose.temperature === 0 ? 1 : Math.min(selfplay.samples_per_prompt, own);
}

/** The same of the answers that the solver trains on. */
export function comparedAnswers({ selfplay, training }: Parts): number {
  const each = selfplay.reuse_estimates ? selfplay.estimation_samples : 1;
  const different = selfplay.solve.temperature === 0 ? 1 : each;
  if (comparesPrompts(training)) return different;
  if (!comparesTypes(training)) return Number.POSITIVE_INFINITY;
  return selfplay.tasks_per_step * different * selfplay.strategies.length;
}

/** Whether rewards are compared within each prompt. */
export function comparesPrompts({ algorithm }: Config["training"]): boolean {
  return algorithm.type === "grpo" && algorithm.baseline === "prompt";
}

function comparesTypes({ algorithm }: Config["training"]): boolean {
  return algorithm.type === "trr++" || (algorithm.type === "grpo" && algorithm.baseline === "batch");
}

/** Whether some proposal of the model is paid by what the solver makes of its task, not by the table. */
export function paysLearnability({ selfplay, rewards }: Pick<Config, "selfplay" | "rewards">): boolean {
  return modelTypes(selfplay).some((type) => !rewards.table.types.includes(type));
}
