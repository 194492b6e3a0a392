import type { Config } from "../../config/schema.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { RewardComponents } from "./components.ts";
import { paidByTable, tableReward } from "./table.ts";

export interface Answer {
  /** Within the format, and readable as what was asked for. */
  formatted: boolean;
  correct: boolean;
  /** Whether an answer was found at all: broken by its text alone when the format is broken all the same. */
  found: boolean;
}

/** 1 for a right answer, `wrong` for a wrong one, `malformed` for one that breaks the format. */
export function solverReward(type: TaskType, answer: Answer, rules: Config["rewards"]): RewardComponents {
  const { formatted, correct, found } = answer;
  if (paidByTable(type, rules)) {
    const row = formatted ? (correct ? "right" : "wrong") : found ? "unreadable" : "malformed";
    return tableReward(row, rules);
  }
  if (!formatted) return { format: rules.malformed, correctness: 0 };
  return { format: 0, correctness: correct ? 1 : rules.wrong };
}
