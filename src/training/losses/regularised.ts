import { mx } from "../../mlx/index.ts";
import { type Loss, mean } from "./loss.ts";

export interface Regularisation {
  /** Coefficient of the entropy bonus; 0 leaves it out. */
  entropy: number;
}

/** A policy loss less the entropy bonus, coefficient x E[H] (arXiv 1602.01783), which keeps a policy from narrowing. */
export function regularised(policy: Loss, { entropy: coefficient }: Regularisation): Loss {
  return (tokens) => {
    const { loss, metrics } = policy(tokens);
    const entropy = mean(tokens.entropy, tokens.weights);
    const bonus = coefficient === 0 ? null : mx.multiply(entropy, coefficient);
    return { loss: bonus ? mx.subtract(loss, bonus) : loss, metrics: { ...metrics, entropy } };
  };
}
