import type { Config } from "../config/schema.ts";
import type { AdvantageEstimator } from "./advantages/advantages.ts";
import { evenly } from "./advantages/evenly.ts";
import { trrPlusPlus } from "./advantages/trr-plus-plus.ts";
import { clippedPolicyGradient } from "./losses/clipped-policy-gradient.ts";
import type { Loss } from "./losses/loss.ts";
import { negativeLogLikelihood } from "./losses/negative-log-likelihood.ts";

type AlgorithmConfig = Config["training"]["algorithm"];

/** What sets one algorithm apart from another; the step is the same for all. */
export interface Algorithm {
  advantages: AdvantageEstimator;
  loss: Loss;
}

/** One line per `type` of `training.algorithm`: a missing one does not compile. */
const REGISTRY: {
  [T in AlgorithmConfig["type"]]: (config: Extract<AlgorithmConfig, { type: T }>) => Algorithm;
} = {
  "trr++": (config) => ({ advantages: trrPlusPlus, loss: clippedPolicyGradient(config) }),
  sft: () => ({ advantages: evenly, loss: negativeLogLikelihood }),
};

export function createAlgorithm(config: AlgorithmConfig): Algorithm {
  const make = REGISTRY[config.type] as (config: AlgorithmConfig) => Algorithm;
  return make(config);
}
