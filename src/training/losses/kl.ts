import { type MxArray, mx } from "../../mlx/index.ts";

/**
 * Schulman's k3 estimate of KL(policy || reference) at each token drawn from the policy, [M]:
 *
 *   r - 1 - log r,   r = reference / policy
 *
 * Never negative, and without bias at the policy that drew the tokens (GRPO, arXiv 2402.03300, equation 4).
 */
export function klToReference(logProbabilities: MxArray, reference: MxArray): MxArray {
  const logRatio = mx.subtract(reference, logProbabilities);
  return mx.subtract(mx.subtract(mx.exp(logRatio), 1), logRatio);
}
