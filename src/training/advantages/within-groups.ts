import type { Trajectory } from "../../interfaces/trajectory.ts";
import type { AdvantageGroup, Advantages } from "./advantages.ts";
import { EPSILON, standardise } from "./standardise.ts";

export interface GroupingOptions {
  /** Divide by the group's standard deviation; false leaves the distance from the group's mean. */
  scaled: boolean;
  /** What a group is called, by its first trajectory. */
  label?: (first: Trajectory) => Pick<AdvantageGroup, "role" | "type">;
  /** What each trajectory loses of its reward, in the batch's order; none when absent. */
  penalties?: readonly number[] | undefined;
}

/**
 * Rewards against the mean of their group, every sequence with one vote. Groups are what `keyOf` tells apart. With
 * the tasks' rewards r and the penalties p of a group:
 *
 *   advantage = ((r - p) - mean(r - p)) / (deviation(r) + 1e-8), undivided where `scaled` is false
 *
 * Whether a group is dropped (NaN: all its r are equal) and what it is divided by is up to the tasks alone. The
 * deviation of r - p would cancel the weight of p where the r are nearly equal, and where they are equal would make
 * of p alone advantages as large as any.
 */
export function withinGroups(
  batch: readonly Trajectory[],
  keyOf: (trajectory: Trajectory) => string,
  { scaled, label, penalties }: GroupingOptions,
): Advantages {
  const values = new Array<number>(batch.length).fill(Number.NaN);
  const groups = Map.groupBy(batch.keys(), (i) => keyOf(batch[i] as Trajectory));
  return {
    values,
    groups: [...groups.values()].map((members) => {
      const trajectories = members.map((i) => batch[i] as Trajectory);
      const rewards = trajectories.map(({ reward }) => reward);
      const { mean, deviation, values: standardised } = standardise(rewards);
      const paid = members.map((i, n) => (rewards[n] as number) - (penalties?.[i] ?? 0));
      const centre = paid.reduce((sum, value) => sum + value, 0) / paid.length;
      const scale = scaled ? deviation + EPSILON : 1;
      members.forEach((i, n) => {
        values[i] = standardised ? ((paid[n] as number) - centre) / scale : Number.NaN;
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
