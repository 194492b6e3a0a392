import type { Trajectory } from "../interfaces/trajectory.ts";
import type { FixedLogProbabilities } from "./fixed-log-probabilities.ts";

export interface Penalised {
  batch: Trajectory[];
  figures: {
    /** Mean over sequences of the mean of k3 over a sequence's tokens, nats. */
    kl: number;
    /** What a trajectory lost of its reward, on average. */
    kl_penalty: number;
  };
}

/**
 * Takes the divergence from the reference off each reward (arXiv 1909.08593, equation 2), estimated by k1:
 *
 *   reward - coefficient x sum over the response's tokens of (log pi - log reference)
 */
export function penaliseKl(
  batch: readonly Trajectory[],
  { behaviour, reference }: FixedLogProbabilities,
  coefficient: number,
): Penalised {
  let [kl, lost] = [0, 0];
  const penalised = batch.map((trajectory, i) => {
    const [own, other] = [behaviour?.[i], reference?.[i]];
    if (!own || !other) throw new RangeError(`trajectory ${i} lacks its log-probabilities`);
    const ratios = Array.from(own, (value, t) => value - (other[t] as number));
    const penalty = coefficient * ratios.reduce((sum, ratio) => sum + ratio, 0);
    kl += ratios.reduce((sum, ratio) => sum + Math.exp(-ratio) - 1 + ratio, 0) / ratios.length;
    lost += penalty;
    return { ...trajectory, reward: trajectory.reward - penalty };
  });
  const count = Math.max(1, batch.length);
  return { batch: penalised, figures: { kl: kl / count, kl_penalty: lost / count } };
}
