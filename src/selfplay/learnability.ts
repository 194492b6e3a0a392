import type { Config } from "../config/schema.ts";

export type LearnabilityRule = Config["rewards"]["learnability"];

/**
 * Proposer's reward for a valid task from the share of right answers, r in [0, 1]: 1 - r, so that hard tasks
 * pay; and at r = 0 and 1, where the solver has nothing to learn, 0 (arXiv 2505.03335, equation 4) or what
 * the official code makes of a reward of 0, namely -0.5.
 */
export function learnability(solveRate: number, rule: LearnabilityRule): number {
  if (solveRate > 0 && solveRate < 1) return 1 - solveRate;
  return rule === "official" ? -0.5 : 0;
}
