import type { Config } from "../../config/schema.ts";
import type { ProgramFacts } from "../../sandbox/program-analysis.ts";

/** What the terms know of a valid proposal. Null where it has no program, or one that could not be analysed. */
export interface ProposalFigures {
  program: ProgramFacts | null;
  /** Tasks of the last `novelty.window` steps with the program's skeleton; null when the program was given to it. */
  skeletonUses: number | null;
  /** 1 - share of its answers among the buffer's, in [0, 1]. */
  surprise: number | null;
}

/** One intrinsic term: it pays min(coefficient x figure, most) to a proposal whose learnability is above 0. */
export interface Term {
  name: "novelty" | "complexity" | "halstead" | "edit_distance" | "answer_diversity";
  /** The figure, 0 or more; null where there is nothing to take it from, which pays nothing. */
  figure(proposal: ProposalFigures): number | null;
}

/** What a term pays under its settings. */
export function termReward(term: Term, proposal: ProposalFigures, rules: Config["rewards"]): number {
  const { coefficient, most } = rules[term.name];
  const figure = term.figure(proposal);
  return figure === null ? 0 : Math.min(coefficient * figure, most);
}
