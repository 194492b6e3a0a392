import type { FixedLogProbabilities } from "./fixed-log-probabilities.ts";

export interface KlPenalties {
  /** What each trajectory loses of its reward, in the batch's order; below 0 where it gains. */
  penalties: number[];
  figures: {
    /** Mean over sequences of the mean of k3 over a sequence's tokens, nats. */
    kl: number;
    /** What a trajectory lost of its reward, on average. */
    kl_penalty: number;
  };
}

/**
 * What the divergence from the reference takes off each reward (arXiv 1909.08593, equation 2), estimated by k1:
 *
 *   penalty = coefficient x sum over the response's tokens of (log pi - log reference)
 *
 * advantages/within-groups.ts says how it enters an advantage. Throws RangeError where one of the `count`
 * trajectories lacks its log-probabilities.
 */
export function klPenalties(
  { behaviour, reference }: FixedLogProbabilities,
  count: number,
  coefficient: number,
): KlPenalties {
  let kl = 0;
  const penalties = Array.from({ length: count }, (_, i) => {
    const [own, other] = [behaviour?.[i], reference?.[i]];
    if (!own || !other) throw new RangeError(`trajectory ${i} lacks its log-probabilities`);
    const ratios = Array.from(own, (value, t) => value - (other[t] as number));
    kl += ratios.reduce((sum, ratio) => sum + Math.exp(-ratio) - 1 + ratio, 0) / ratios.length;
    return coefficient * ratios.reduce((sum, ratio) => sum + ratio, 0);
  });
  const over = Math.max(1, count);
  const lost = penalties.reduce((sum, penalty) => sum + penalty, 0);
  return { penalties, figures: { kl: kl / over, kl_penalty: lost / over } };
}
