import { mx } from "../../mlx/index.ts";
import type { Loss } from "./loss.ts";
import { negativeLogLikelihood } from "./negative-log-likelihood.ts";

/** coefficient x negative log-likelihood, a term beside a policy's loss. Its figure is the likelihood's alone. */
export function experience(coefficient: number): Loss {
  return (tokens) => {
    const { loss } = negativeLogLikelihood(tokens);
    return { loss: mx.multiply(loss, coefficient), metrics: { experience_loss: loss } };
  };
}
