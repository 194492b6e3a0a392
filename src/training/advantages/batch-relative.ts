import type { AdvantageEstimator } from "./advantages.ts";
import { withinGroups } from "./within-groups.ts";

/** REINFORCE's baseline: a reward less the mean of the batch. A batch of equal rewards is dropped. */
export const batchBaseline: AdvantageEstimator = (batch, penalties) =>
  withinGroups(batch, () => "", { scaled: false, penalties });

/** PPO's usual normalisation: rewards of mean 0 and deviation 1 over the batch. One of equal rewards is dropped. */
export const batchNormalised: AdvantageEstimator = (batch, penalties) =>
  withinGroups(batch, () => "", { scaled: true, penalties });
