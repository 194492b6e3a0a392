import type { AdvantageEstimator } from "./advantages.ts";
import { withinGroups } from "./within-groups.ts";

/**
 * Task-relative REINFORCE++ (arXiv 2505.03335, equation 8): rewards are standardised within each role and
 * task type, so that proposing induction tasks is not compared with solving deduction tasks.
 *
 * Every sequence counts once, as equation 8 reads. The official code whitens over response tokens instead,
 * which lets long responses pull the mean towards their reward. A role and type whose rewards are all equal
 * is dropped (NaN), where the official code would train its entropy bonus on it alone.
 */
export const trrPlusPlus: AdvantageEstimator = (batch, penalties) =>
  withinGroups(batch, ({ role, type }) => `${role}/${type}`, {
    scaled: true,
    penalties,
    label: ({ role, type }) => ({ role, type }),
  });
