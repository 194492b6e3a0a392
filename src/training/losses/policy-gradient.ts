import { mx } from "../../mlx/index.ts";
import { type Loss, mean } from "./loss.ts";

/** REINFORCE (Williams 1992): -E[A log pi]. For one update on what the weights in training have drawn. */
export const policyGradient: Loss = ({ logProbabilities, advantages, weights }) => {
  const loss = mx.negative(mean(mx.multiply(advantages, logProbabilities), weights));
  return { loss, metrics: { policy_loss: loss } };
};
