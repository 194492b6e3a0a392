import { mx } from "../../mlx/index.ts";
import type { Loss } from "./loss.ts";

/**
 * Negative log-likelihood: -sum(weights log p). With the weights of `examplePasses` it is the mean over all covered
 * tokens of the batch, so that a long text counts more than a short one (torch's cross_entropy, not a mean of means).
 */
export const negativeLogLikelihood: Loss = ({ logProbabilities, weights }) => ({
  loss: mx.negative(mx.sum(mx.multiply(weights, logProbabilities))),
  metrics: {},
});
