import { mx } from "../../mlx/index.ts";
import type { Loss } from "./loss.ts";

export interface ClippedPolicyGradientOptions {
  /** The ratio is held within [1 - clip, 1 + clip]. */
  clip: number;
  /** Coefficient of the entropy bonus; 0 leaves it out. */
  entropy: number;
}

/**
 * PPO's clipped surrogate with an entropy bonus (arXiv 2505.03335, equation 9):
 *
 *   -E[min(ratio A, clip(ratio, 1 - c, 1 + c) A)] - entropy coefficient x E[H]
 *
 * The expectation is the mean over sequences of the mean over a sequence's tokens, as equation 9 reads; the
 * official code takes the mean over the tokens of each microbatch. The weights of the tokens carry it.
 */
export function clippedPolicyGradient(options: ClippedPolicyGradientOptions): Loss {
  return ({ logProbabilities, entropy, behaviour, advantages, weights }) => {
    const expectation = (values: ReturnType<typeof mx.multiply>) => mx.sum(mx.multiply(weights, values));
    const ratio = mx.exp(mx.subtract(logProbabilities, behaviour));
    const clipped = mx.minimum(mx.maximum(ratio, 1 - options.clip), 1 + options.clip);
    const unclippedGain = mx.multiply(ratio, advantages);
    const clippedGain = mx.multiply(clipped, advantages);
    const policyLoss = mx.negative(expectation(mx.minimum(unclippedGain, clippedGain)));
    const meanEntropy = expectation(entropy);
    const limited = mx.astype(mx.less(clippedGain, unclippedGain), "float32");
    return {
      loss: mx.subtract(policyLoss, mx.multiply(meanEntropy, options.entropy)),
      metrics: { policy_loss: policyLoss, entropy: meanEntropy, ratio_clipped: expectation(limited) },
    };
  };
}
