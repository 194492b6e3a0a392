import type { Config } from "../../config/schema.ts";

export type AdaptiveCurriculum = Extract<Config["selfplay"]["curriculum"], { type: "adaptive" }>;

/** One finished step of one type: the difficulty that it had, and how much of it was solved. */
export interface CurriculumStep {
  difficulty: number;
  /** Share of right answers among those that the difficulty goes by; null where there were none. */
  solveRate: number | null;
}

/**
 * The next step's difficulty, in 0..1, from the last `window` steps, newest last: an integral controller,
 * d + rate (mean solve rate - target). It rests where the solve rate is the target, rises with success, and
 * stays where nothing was solved by it.
 */
export function nextDifficulty(
  { target, rate, start, window }: AdaptiveCurriculum,
  history: readonly CurriculumStep[],
): number {
  const last = history.at(-1);
  if (!last) return start;
  if (last.solveRate === null) return last.difficulty;
  const rates = history.slice(-window).flatMap(({ solveRate }) => (solveRate === null ? [] : [solveRate]));
  const mean = rates.reduce((sum, value) => sum + value, 0) / rates.length;
  return Math.min(1, Math.max(0, last.difficulty + rate * (mean - target)));
}
