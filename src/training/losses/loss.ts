import { type MxArray, mx } from "../../mlx/index.ts";

/**
 * The tokens that a loss covers, all sequences of a microbatch one after the other: M response tokens.
 * Every array is [M], float32.
 */
export interface LossTokens {
  /** log pi(token) under the weights in training: the only input that carries a gradient, with entropy. */
  logProbabilities: MxArray;
  /** Entropy of the policy, softmax(logits / temperature), at each token, nats. */
  entropy: MxArray;
  /** log pi(token) under the weights before the first update on the batch; constant. */
  behaviour: MxArray;
  /** log pi(token) under the reference; constant. Absent where no KL term asks for it. */
  reference?: MxArray;
  /** Advantage of the token's sequence. */
  advantages: MxArray;
  /** Share of the token in the whole batch's mean: weights of a batch, not of a microbatch, sum to 1. */
  weights: MxArray;
}

export interface LossValue {
  /** Scalar. Sums over the microbatches of a batch to the batch's loss. */
  loss: MxArray;
  /** Scalars that sum over microbatches like the loss. */
  metrics: Record<string, MxArray>;
}

export type Loss = (tokens: LossTokens) => LossValue;

/** The batch's mean of values [M], as far as these tokens go: sum(weights values). */
export const mean = (values: MxArray, weights: MxArray): MxArray => mx.sum(mx.multiply(weights, values));
