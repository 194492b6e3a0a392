import type { Config } from "../../config/schema.ts";

export type LearnabilityRule = Config["rewards"]["learnability"];

/** Reward of a task that was never or always solved, r in {0, 1}. */
const AT_THE_ENDS = { paper: 0, official: -0.5, peak: 0 } as const;

/**
 * Proposer's reward for a valid task from the share of right answers, r in [0, 1].
 * - `paper`: 1 - r, so that hard tasks pay, and 0 where the solver has nothing to learn (arXiv 2505.03335, eq. 4).
 * - `official`: the same, with what the official code makes of a reward of 0, namely -0.5.
 * - `inverse`: 1 - r at every r: an unsolved task pays most (the official code's option of that name).
 * - `peak`: 1 - |2r - 1|, most at one half.
 * - `constant`: 1, so that a proposer is paid for valid tasks alike.
 */
export function learnability(solveRate: number, rule: LearnabilityRule): number {
  if (rule === "constant") return 1;
  if (rule === "inverse") return 1 - solveRate;
  if (solveRate <= 0 || solveRate >= 1) return AT_THE_ENDS[rule];
  return rule === "peak" ? 1 - Math.abs(2 * solveRate - 1) : 1 - solveRate;
}
