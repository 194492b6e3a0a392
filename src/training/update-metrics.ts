import type { Trajectory } from "../interfaces/trajectory.ts";
import type { AdvantageGroup } from "./advantages/advantages.ts";
import type { Microbatch } from "./batcher.ts";

/** Prompt and response tokens. */
export function trajectoryTokens(trajectory: Trajectory | undefined): number {
  return trajectory ? trajectory.promptTokens.length + trajectory.responseTokens.length : 0;
}

/** What the batch held and how it was cut into passes. */
export function batchMetrics(batch: readonly Trajectory[], passes: readonly Microbatch[]) {
  const members = passes.flatMap((pass) => pass.members);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    trajectories: batch.length,
    trajectories_dropped: batch.length - members.length,
    /** Prompt and response tokens of the trajectories that are learnt from. */
    tokens: sum(members.map((i) => trajectoryTokens(batch[i]))),
    response_tokens: sum(passes.map(({ targets }) => targets.length)),
    /** Tokens that went through the model: a prompt counts once for all its responses in a pass. */
    computed_tokens: sum(passes.map(({ tokens }) => tokens.length)),
    microbatches: passes.length,
  };
}

/** Groups dropped, and for each role and type the range of its advantages and the spread of its rewards. */
export function groupMetrics(
  groups: readonly AdvantageGroup[],
  batch: readonly Trajectory[],
  advantages: readonly number[],
): Record<string, number> {
  const metrics: Record<string, number> = {
    groups: groups.length,
    dropped_groups: groups.filter(({ kept }) => !kept).length,
  };
  const byKind = Map.groupBy(batch.keys(), (i) => `${batch[i]?.role}/${batch[i]?.type}`);
  for (const [kind, members] of byKind) {
    const kept = members.map((i) => advantages[i] as number).filter((value) => !Number.isNaN(value));
    if (kept.length === 0) continue;
    metrics[`advantage_min/${kind}`] = Math.min(...kept);
    metrics[`advantage_max/${kind}`] = Math.max(...kept);
  }
  for (const { role, type, rewardDeviation } of groups)
    if (role && type) metrics[`reward_deviation/${role}/${type}`] = rewardDeviation;
  return metrics;
}

/** The mean of each figure; none of no figures. */
export function means(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const names = Object.keys(all[0] ?? {});
  const mean = (name: string) =>
    all.reduce((sum, figures) => sum + (figures[name] ?? Number.NaN), 0) / all.length;
  return Object.fromEntries(names.map((name) => [name, mean(name)]));
}
