import type { Role, TaskType } from "../../interfaces/role.ts";
import type { Trajectory } from "../../interfaces/trajectory.ts";

/** What an estimator found in one of the groups that it normalises over. */
export interface AdvantageGroup {
  /** Set where the group is one role and type. */
  role?: Role;
  type?: TaskType;
  trajectories: number;
  rewardMean: number;
  /** Of the tasks' rewards, without a penalty. Bessel-corrected; 0 where the group was dropped. */
  rewardDeviation: number;
  /** False when the tasks' rewards are all equal: nothing to prefer, so nothing to learn. */
  kept: boolean;
}

export interface Advantages {
  /** One per trajectory, in the batch's order; NaN where its group was dropped. */
  values: number[];
  groups: AdvantageGroup[];
}

/**
 * How much better than expected each trajectory was. Pure arithmetic on rewards: no model, no arrays. `penalties` are
 * what each trajectory loses of its reward, in the batch's order; none when absent.
 */
export type AdvantageEstimator = (batch: readonly Trajectory[], penalties?: readonly number[]) => Advantages;
