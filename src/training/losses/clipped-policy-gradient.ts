import { mx } from "../../mlx/index.ts";
import { type Loss, mean } from "./loss.ts";

export interface ClippedPolicyGradientOptions {
  /** The ratio is held within [1 - clip, 1 + clip_high]. */
  clip: number;
  /** As `clip` when absent. */
  clip_high?: number | undefined;
}

/**
 * PPO's clipped surrogate (arXiv 1707.06347, equation 7; arXiv 2505.03335, equation 9), the upper end of the range
 * apart from the lower (DAPO, arXiv 2503.14476, equation 10):
 *
 *   -E[min(ratio A, clip(ratio, 1 - clip, 1 + clip high) A)]
 *
 * What the expectation is a mean over is in the weights of the tokens. The official code of arXiv 2505.03335 takes
 * it over the tokens of each microbatch.
 */
export function clippedPolicyGradient({ clip, clip_high }: ClippedPolicyGradientOptions): Loss {
  const [low, high] = [1 - clip, 1 + (clip_high ?? clip)];
  return ({ logProbabilities, behaviour, advantages, weights }) => {
    const ratio = mx.exp(mx.subtract(logProbabilities, behaviour));
    const clipped = mx.minimum(mx.maximum(ratio, low), high);
    const unclippedGain = mx.multiply(ratio, advantages);
    const clippedGain = mx.multiply(clipped, advantages);
    const policyLoss = mx.negative(mean(mx.minimum(unclippedGain, clippedGain), weights));
    // KL(old || new) by k3: never below 0, and 0 where both agree.
    const divergence = mx.subtract(mx.subtract(ratio, 1), mx.subtract(logProbabilities, behaviour));
    const limited = mx.astype(mx.less(clippedGain, unclippedGain), "float32");
    return {
      loss: policyLoss,
      metrics: {
        policy_loss: policyLoss,
        ratio_clipped: mean(limited, weights),
        approx_kl: mean(divergence, weights),
      },
    };
  };
}
