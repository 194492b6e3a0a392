import { describe, expect, test } from "bun:test";
import { MxArray, scope, valueAndGrad } from "../../../src/mlx/index.ts";
import { clippedPolicyGradient } from "../../../src/training/losses/clipped-policy-gradient.ts";
import type { Loss } from "../../../src/training/losses/loss.ts";
import { policyGradient } from "../../../src/training/losses/policy-gradient.ts";
import { regularised } from "../../../src/training/losses/regularised.ts";
import golden from "../../goldens/training/losses.json";
import { withMlx } from "../../mlx/live-arrays.ts";

const float = (values: ArrayLike<number>) => MxArray.from(Float32Array.from(values));
withMlx();

const losses: Record<string, Loss> = {
  clipped: regularised(clippedPolicyGradient({ clip: 0.1 }), { entropy: 0 }),
  "clipped-high": regularised(clippedPolicyGradient({ clip: 0.1, clip_high: 0.3 }), { entropy: 0 }),
  "clipped-kl": regularised(clippedPolicyGradient({ clip: 0.1, clip_high: 0.3 }), { entropy: 0, kl: 0.05 }),
  reinforce: regularised(policyGradient, { entropy: 0 }),
};

/** Loss and gradient for log-probabilities, and behaviour, advantages and reference of the golden. */
function evaluated(loss: Loss, mean: "sequence" | "token", current: ArrayLike<number>) {
  return scope(() => {
    const constants = {
      behaviour: float(golden.behaviour),
      reference: float(golden.reference),
      advantages: float(golden.advantages),
      entropy: float(golden.current.map(() => 1)),
      weights: float(golden.weights[mean]),
    };
    const { value, gradient } = valueAndGrad(
      (inputs: { p: MxArray }) => loss({ ...constants, logProbabilities: inputs.p }).loss,
    )({ p: float(current) });
    return { loss: value.item(), gradient: gradient.p.toFloat32() };
  });
}

describe.each(Object.entries(losses))("%s", (name, loss) => {
  for (const mean of ["sequence", "token"] as const) {
    const { loss: expected, gradient: slopes } =
      golden.results[`${name}/${mean}` as keyof typeof golden.results];

    test(`loss and gradient equal torch's, mean over each ${mean}`, () => {
      const { loss: value, gradient } = evaluated(loss, mean, golden.current);
      expect(value).toBeCloseTo(expected, 5);
      gradient.forEach((slope, i) => {
        expect(slope).toBeCloseTo(slopes[i] as number, 6);
      });
    });

    test(`the gradient is the slope of the loss, mean over each ${mean}`, () => {
      const { gradient } = evaluated(loss, mean, golden.current);
      const h = 2 ** -9;
      gradient.forEach((slope, i) => {
        const at = (by: number) =>
          evaluated(
            loss,
            mean,
            golden.current.map((x, j) => (i === j ? x + by : x)),
          ).loss;
        expect(slope).toBeCloseTo((at(h) - at(-h)) / (2 * h), 3);
      });
    });
  }
});

test("clipped share and divergence from the policy before, by hand", () => {
  const figures = scope(() => {
    const zeros = float([0, 0, 0]);
    const { metrics } = clippedPolicyGradient({ clip: 0.2 })({
      // Ratios 1.5 (clipped for a gain), 0.5 (not clipped: the gain is the lower one) and 1.
      logProbabilities: float([Math.log(0.6), Math.log(0.2), Math.log(0.3)]),
      behaviour: float([Math.log(0.4), Math.log(0.4), Math.log(0.3)]),
      advantages: float([1, 1, -1]),
      weights: float([0.25, 0.5, 0.25]),
      entropy: zeros,
    });
    return [metrics.ratio_clipped?.item(), metrics.approx_kl?.item(), metrics.policy_loss?.item()];
  });
  const k3 = (ratio: number) => ratio - 1 - Math.log(ratio);
  expect(figures[0]).toBeCloseTo(0.25, 6);
  expect(figures[1]).toBeCloseTo(0.25 * k3(1.5) + 0.5 * k3(0.5), 6);
  expect(figures[2]).toBeCloseTo(-(0.25 * 1.2 + 0.5 * 0.5 - 0.25), 6);
});

test("the entropy bonus is the coefficient times the mean entropy", () => {
  const plain = evaluated(regularised(policyGradient, { entropy: 0 }), "token", golden.current);
  const bonus = evaluated(regularised(policyGradient, { entropy: 0.25 }), "token", golden.current);
  expect(plain.loss - bonus.loss).toBeCloseTo(0.25, 6);
});
