import { mx } from "../../mlx/index.ts";
import { klToReference } from "./kl.ts";
import { type Loss, mean } from "./loss.ts";

export interface Regularisation {
  /** Coefficient of the entropy bonus; 0 leaves it out. */
  entropy: number;
  /** Coefficient of the KL divergence from the reference; 0 or absent leaves it out. */
  kl?: number;
}

/**
 * A policy loss less the entropy bonus, coefficient x E[H] (arXiv 1602.01783), which keeps a policy from narrowing,
 * plus coefficient x E[KL], which keeps it near the reference. Throws RangeError for a KL term without a reference.
 */
export function regularised(policy: Loss, { entropy: bonus, kl: penalty = 0 }: Regularisation): Loss {
  return (tokens) => {
    const { loss, metrics } = policy(tokens);
    const entropy = mean(tokens.entropy, tokens.weights);
    const rewarded = bonus === 0 ? loss : mx.subtract(loss, mx.multiply(entropy, bonus));
    if (penalty === 0) return { loss: rewarded, metrics: { ...metrics, entropy } };
    if (!tokens.reference) throw new RangeError("the KL term needs the reference's log-probabilities");
    const kl = mean(klToReference(tokens.logProbabilities, tokens.reference), tokens.weights);
    return { loss: mx.add(rewarded, mx.multiply(kl, penalty)), metrics: { ...metrics, entropy, kl } };
  };
}
