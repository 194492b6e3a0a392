import type { Config } from "../config/schema.ts";
import type { AdvantageEstimator } from "./advantages/advantages.ts";
import { batchBaseline, batchNormalised } from "./advantages/batch-relative.ts";
import { evenly } from "./advantages/evenly.ts";
import { groupRelative } from "./advantages/group-relative.ts";
import { trrPlusPlus } from "./advantages/trr-plus-plus.ts";
import type { Mean } from "./batcher.ts";
import { clippedPolicyGradient } from "./losses/clipped-policy-gradient.ts";
import type { Loss } from "./losses/loss.ts";
import { negativeLogLikelihood } from "./losses/negative-log-likelihood.ts";
import { policyGradient } from "./losses/policy-gradient.ts";
import { regularised } from "./losses/regularised.ts";
import type { UpdatesOfBatch } from "./minibatches.ts";

type AlgorithmConfig = Config["training"]["algorithm"];

/** What sets one algorithm apart from another; the step is the same for all. */
export interface Algorithm {
  advantages: AdvantageEstimator;
  loss: Loss;
  /** What the loss is a mean over. */
  mean: Mean;
  /** The updates that a batch is used for. */
  updates: UpdatesOfBatch;
  /** Divergence from the reference; null for none. */
  kl: { coefficient: number; as: "loss" | "reward" } | null;
}

/** One line per `type` of `training.algorithm`: a missing one does not compile. */
const REGISTRY: {
  [T in AlgorithmConfig["type"]]: (config: Extract<AlgorithmConfig, { type: T }>) => Algorithm;
} = {
  "trr++": (config) => clipped(config, trrPlusPlus),
  grpo: (config) => clipped(config, groupRelative(config)),
  reinforce: (config) => rewarded(config, batchBaseline, policyGradient),
  ppo: (config) => clipped(config, batchNormalised),
  sft: () => ({
    advantages: evenly,
    loss: negativeLogLikelihood,
    mean: "token",
    updates: { epochs: 1, minibatches: 1 },
    kl: null,
  }),
};

export function createAlgorithm(config: AlgorithmConfig): Algorithm {
  const make = REGISTRY[config.type] as (config: AlgorithmConfig) => Algorithm;
  return make(config);
}

function clipped(
  config: Extract<AlgorithmConfig, { type: "trr++" | "grpo" | "ppo" }>,
  advantages: AdvantageEstimator,
): Algorithm {
  const { epochs, minibatches } = config;
  return { ...rewarded(config, advantages, clippedPolicyGradient(config)), updates: { epochs, minibatches } };
}

/** An algorithm that learns from rewards, with one update on a batch. */
function rewarded(
  { entropy, mean, kl }: Exclude<AlgorithmConfig, { type: "sft" }>,
  advantages: AdvantageEstimator,
  policy: Loss,
): Algorithm {
  return {
    advantages,
    loss: regularised(policy, { entropy, kl: kl.as === "loss" ? kl.coefficient : 0 }),
    mean,
    updates: { epochs: 1, minibatches: 1 },
    kl: kl.coefficient > 0 ? kl : null,
  };
}
