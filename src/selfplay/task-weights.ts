import type { Config } from "../config/schema.ts";
import type { RandomStream } from "../random/stream.ts";
import type { TaskRecord } from "../runs/records.ts";
import { type LearnabilityRule, learnability } from "./rewards/learnability.ts";

/** Chance of a task that teaches nothing, beside 1 for the one that teaches most: its rate may have changed. */
const FLOOR = 0.05;

/** Learnability by the last solve rate, at least 0; that of a rate of one half while there is none. */
export function currentLearnability(solveRate: number | null, rule: LearnabilityRule): number {
  return Math.max(0, learnability(solveRate ?? 0.5, rule));
}

/** Weight of a task in a draw of the rules that weigh tasks. */
export function drawWeight(
  task: Pick<TaskRecord, "step" | "solveRate">,
  draw: Extract<Config["selfplay"]["buffer"]["draw"], "recent" | "learnability">,
  rule: LearnabilityRule,
): number {
  return draw === "recent" ? task.step + 1 : FLOOR + currentLearnability(task.solveRate, rule);
}

/**
 * `count` different items, each next one in proportion to its weight (Efraimidis and Spirakis 2006, algorithm A):
 * the largest keys log(u) / weight. One uniform number an item.
 */
export function weightedSample<T>(
  random: RandomStream,
  items: readonly T[],
  weight: (item: T) => number,
  count: number,
): T[] {
  if (count <= 0) return [];
  const keys = Float64Array.from(items, (item) => Math.log(1 - random.uniform()) / weight(item));
  // Only those that are taken are sorted as items.
  const least = keys.toSorted()[Math.max(0, keys.length - count)] ?? 0;
  return items
    .flatMap((item, i) => ((keys[i] as number) >= least ? [{ item, key: keys[i] as number }] : []))
    .sort((a, b) => b.key - a.key)
    .slice(0, count)
    .map(({ item }) => item);
}
