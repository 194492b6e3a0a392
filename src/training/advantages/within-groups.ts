import type { Trajectory } from "../../interfaces/trajectory.ts";
import type { AdvantageGroup, Advantages } from "./advantages.ts";
import { standardise } from "./standardise.ts";

export interface GroupingOptions {
  /** Divide by the group's standard deviation; false leaves the distance from the group's mean. */
  scaled: boolean;
  /** What a group is called, by its first trajectory. */
  label?: (first: Trajectory) => Pick<AdvantageGroup, "role" | "type">;
}

/**
 * Rewards against the mean of their group, every sequence with one vote. Groups are what `keyOf` tells apart. A group
 * whose rewards are all equal is dropped (NaN).
 */
export function withinGroups(
  batch: readonly Trajectory[],
  keyOf: (trajectory: Trajectory) => string,
  { scaled, label }: GroupingOptions,
): Advantages {
  const values = new Array<number>(batch.length).fill(Number.NaN);
  const groups = Map.groupBy(batch.keys(), (i) => keyOf(batch[i] as Trajectory));
  return {
    values,
    groups: [...groups.values()].map((members) => {
      const trajectories = members.map((i) => batch[i] as Trajectory);
      const rewards = trajectories.map(({ reward }) => reward);
      const { mean, deviation, values: standardised } = standardise(rewards);
      const advantages = scaled ? standardised : standardised && rewards.map((reward) => reward - mean);
      members.forEach((i, n) => {
        values[i] = advantages?.[n] ?? Number.NaN;
      });
      return {
        ...label?.(trajectories[0] as Trajectory),
        trajectories: members.length,
        rewardMean: mean,
        rewardDeviation: deviation,
        kept: standardised !== undefined,
      };
    }),
  };
}
