import { expect, test } from "bun:test";
import { MxArray, mx, scope, valueAndGrad } from "../../../src/mlx/index.ts";
import { clippedPolicyGradient } from "../../../src/training/losses/clipped-policy-gradient.ts";
import { regularised } from "../../../src/training/losses/regularised.ts";
import golden from "../../goldens/training/policy-gradient.json";
import { withMlx } from "../../mlx/live-arrays.ts";

const tokens = golden.targets.length;
const perToken = (values: number[]) =>
  golden.lengths.flatMap((n, i) => new Array<number>(n).fill(values[i] ?? 0));
const float = (values: number[]) => MxArray.from(Float32Array.from(values));
withMlx();

/** The loss of logits [M, V] with the golden's targets, behaviour, advantages and weights. */
function lossOf(logits: MxArray, behaviour?: MxArray) {
  const all = mx.subtract(logits, mx.logsumexp(logits, { axis: -1, keepDims: true }));
  const targets = MxArray.from(Int32Array.from(golden.targets), [tokens, 1]);
  const chosen = mx.squeeze(mx.takeAlongAxis(all, targets, -1), -1);
  return regularised(clippedPolicyGradient({ clip: golden.clip }), { entropy: golden.coefficient })({
    logProbabilities: chosen,
    entropy: mx.negative(mx.sum(mx.multiply(mx.exp(all), all), { axis: -1 })),
    behaviour: behaviour ?? mx.stopGradient(chosen),
    advantages: float(perToken(golden.advantages)),
    weights: float(perToken(golden.lengths.map((n) => 1 / (n * golden.lengths.length)))),
  });
}

test("loss, metrics and gradient equal torch's", () => {
  scope(() => {
    const behaviour = float(golden.behaviour);
    const { value, aux, gradient } = valueAndGrad((parameters: { logits: MxArray }) => {
      const { loss, metrics } = lossOf(parameters.logits, behaviour);
      const { policy_loss, entropy, ratio_clipped } = metrics as Record<string, MxArray>;
      return [loss, policy_loss as MxArray, entropy as MxArray, ratio_clipped as MxArray];
    })({ logits: MxArray.from(Float32Array.from(golden.logits), [tokens, 5]) });
    expect(value.item()).toBeCloseTo(golden.loss, 5);
    expect(aux.map((metric) => metric.item())).toEqual([
      expect.closeTo(golden.policy_loss, 5),
      expect.closeTo(golden.entropy, 5),
      expect.closeTo(golden.ratio_clipped, 5),
    ]);
    expect(golden.ratio_clipped).toBeGreaterThan(0);
    gradient.logits.toFloat32().forEach((slope, i) => {
      expect(slope).toBeCloseTo(golden.gradient[i] as number, 6);
    });
  });
});

test("on its own behaviour the ratio is 1: the loss is minus the mean advantage, and its slope that of REINFORCE", () => {
  scope(() => {
    const logits = MxArray.from(Float32Array.from(golden.logits), [tokens, 5]);
    const { gradient } = valueAndGrad((p: { logits: MxArray }) => lossOf(p.logits).loss)({ logits });
    const { metrics } = lossOf(logits);
    const mean = golden.advantages.reduce((a, b) => a + b) / golden.advantages.length;
    expect(metrics.policy_loss?.item()).toBeCloseTo(-mean, 6);
    expect(metrics.ratio_clipped?.item()).toBe(0);

    // Finite differences of -sum(weight A log p) - coefficient H, whose gradient the surrogate must have.
    const reinforce = (values: Float32Array): number => {
      let total = 0;
      for (let m = 0, i = 0; i < golden.lengths.length; i++) {
        const length = golden.lengths[i] as number;
        for (let n = 0; n < length; n++, m++) {
          const row = [...values.subarray(m * 5, m * 5 + 5)];
          const logZ = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
          const entropy = row.reduce((sum, x) => sum - Math.exp(x - logZ) * (x - logZ), 0);
          const chosen = (row[golden.targets[m] as number] as number) - logZ;
          const weight = 1 / (length * golden.lengths.length);
          total -= weight * ((golden.advantages[i] as number) * chosen + golden.coefficient * entropy);
        }
      }
      return total;
    };
    const slopes = gradient.logits.toFloat32();
    const h = 2 ** -8;
    for (let i = 0; i < slopes.length; i++) {
      const shifted = (by: number) =>
        Float32Array.from(golden.logits, (x, j) => Math.fround(x) + (i === j ? by : 0));
      const slope = (reinforce(shifted(h)) - reinforce(shifted(-h))) / (2 * h);
      expect(slopes[i] as number).toBeCloseTo(slope, 4);
    }
  });
});
