import type { Trajectory } from "../../interfaces/trajectory.ts";
import type { Advantages } from "./advantages.ts";
import { standardise } from "./standardise.ts";

/**
 * Task-relative REINFORCE++ (arXiv 2505.03335, equation 8): rewards are standardised within each role and
 * task type, so that proposing induction tasks is not compared with solving deduction tasks.
 *
 * Every sequence counts once, as equation 8 reads. The official code whitens over response tokens instead,
 * which lets long responses pull the mean towards their reward. A role and type whose rewards are all equal
 * is dropped (NaN), where the official code would train its entropy bonus on it alone.
 */
export function trrPlusPlus(batch: readonly Trajectory[]): Advantages {
  const values = new Array<number>(batch.length).fill(Number.NaN);
  const groups = Map.groupBy(batch.keys(), (i) => `${batch[i]?.role}/${batch[i]?.type}`);
  return {
    values,
    groups: [...groups.values()].map((members) => {
      const trajectories = members.map((i) => batch[i] as Trajectory);
      const { mean, deviation, values: standardised } = standardise(trajectories.map(({ reward }) => reward));
      members.forEach((i, n) => {
        values[i] = standardised?.[n] ?? Number.NaN;
      });
      const { role, type } = trajectories[0] as Trajectory;
      return {
        role,
        type,
        trajectories: members.length,
        rewardMean: mean,
        rewardDeviation: deviation,
        kept: standardised !== undefined,
      };
    }),
  };
}
