import type { Trajectory } from "../../interfaces/trajectory.ts";
import type { AdvantageEstimator } from "./advantages.ts";
import { withinGroups } from "./within-groups.ts";

/**
 * GRPO (arXiv 2402.03300, section 4.1.2): a reward against the mean of the rollouts of the same prompt, in units of
 * their standard deviation (Bessel-corrected, which the paper leaves open). Without the division it is Dr. GRPO's
 * (arXiv 2503.20783): prompts that are nearly always or never solved are then not blown up. A prompt whose rollouts
 * have one reward, as a single rollout does, is dropped. With the batch as baseline, rollouts are compared within their
 * role and task type instead, so that one to a prompt is enough.
 */
export const groupRelative = (options: {
  baseline: "prompt" | "batch";
  standard_deviation: boolean;
}): AdvantageEstimator => {
  const scaled = options.standard_deviation;
  const keyOf =
    options.baseline === "prompt"
      ? ({ group }: Trajectory) => group
      : ({ role, type }: Trajectory) => `${role}/${type}`;
  return (batch, penalties) => withinGroups(batch, keyOf, { scaled, penalties });
};
