import type { EvaluationRecord } from "../../runs/records.ts";

/** A score of an evaluation, with the ends of its interval where it has one. */
export interface Score {
  name: string;
  value: number;
  low?: number;
  high?: number;
}

/** Scores by name: `pass@1/low` and `pass@1/high` are the interval of `pass@1`. */
export function scoresOf({ scores }: EvaluationRecord): Score[] {
  return Object.entries(scores).flatMap(([name, value]) => {
    if (/\/(low|high)$/.test(name)) return [];
    const [low, high] = [scores[`${name}/low`], scores[`${name}/high`]];
    return low === undefined || high === undefined ? { name, value } : { name, value, low, high };
  });
}

/** Counts, such as the number of problems, are not rates. */
export const isRate = ({ name, low }: Score): boolean => low !== undefined || name.includes("@");
