import type { Config } from "../config/schema.ts";
import { learnability } from "./learnability.ts";

/** Named parts that add up to the reward; every role has the same names on every rollout. */
export type RewardComponents = Record<string, number>;
type Rules = Config["rewards"];

/** A proposal that could not be read, did not validate, or is a valid task with a solve rate. */
export type ProposalOutcome =
  | { kind: "malformed" }
  | { kind: "invalid" }
  | { kind: "valid"; formatted: boolean; solveRate: number };

/** A valid task in a broken format stays a task, but its author is paid as for any broken format. */
export function proposerReward(outcome: ProposalOutcome, rules: Rules): RewardComponents {
  const malformed = outcome.kind === "malformed" || (outcome.kind === "valid" && !outcome.formatted);
  return {
    format: malformed ? rules.malformed : 0,
    validity: outcome.kind === "invalid" ? rules.malformed : 0,
    learnability:
      outcome.kind === "valid" && !malformed ? learnability(outcome.solveRate, rules.learnability) : 0,
  };
}

export function solverReward(
  answer: { formatted: boolean; correct: boolean },
  rules: Rules,
): RewardComponents {
  if (!answer.formatted) return { format: rules.malformed, correctness: 0 };
  return { format: 0, correctness: answer.correct ? 1 : rules.wrong };
}

export function total(components: RewardComponents): number {
  return Object.values(components).reduce((sum, part) => sum + part, 0);
}
