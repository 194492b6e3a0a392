import { expect, test } from "bun:test";
import type { Config } from "../../src/config/schema.ts";
import { dispose } from "../../src/mlx/index.ts";
import { type Algorithm, createAlgorithm } from "../../src/training/algorithms.ts";
import { microbatches } from "../../src/training/batcher.ts";
import { addGradients } from "../../src/training/gradients.ts";
import { clippedPolicyGradient } from "../../src/training/losses/clipped-policy-gradient.ts";
import { regularised } from "../../src/training/losses/regularised.ts";
import type { Parameters } from "../../src/training/optimizer.ts";
import { forwardBackward } from "../../src/training/step.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { toyModel } from "./toy-model.ts";
import { randomTrajectories } from "./trajectories.ts";

const batch = randomTrajectories(7, 11);
const advantages = [1, -0.5, Number.NaN, 0.3, -1.2, 2, 0.1];
type AlgorithmConfig = Config["training"]["algorithm"];
const own = { entropy: 0.001, mean: "sequence", kl: { coefficient: 0, as: "loss" } } as const;
const trr = { type: "trr++", clip: 0.2, epochs: 1, minibatches: 1, ...own } as const;
const loss = regularised(clippedPolicyGradient({ clip: 0.2 }), { entropy: 0.01 });
withMlx();

function run(
  tokensPerMicrobatch: number,
  recomputeLayers: boolean,
  { loss, mean }: Pick<Algorithm, "loss" | "mean"> = createAlgorithm({ ...trr, entropy: 0.01 }),
) {
  using model = toyModel();
  let gradients: Parameters = {};
  const figures: Record<string, number> = {};
  const passes = microbatches(batch, advantages, tokensPerMicrobatch, mean);
  for (const pass of passes) {
    const result = forwardBackward(model, pass, loss, { recomputeLayers });
    gradients = addGradients(gradients, result.gradients);
    for (const [name, value] of Object.entries(result.figures)) figures[name] = (figures[name] ?? 0) + value;
  }
  const values = Object.fromEntries(Object.entries(gradients).map(([name, a]) => [name, a.toFloat32()]));
  dispose(gradients);
  return { passes: passes.length, figures, gradients: values };
}

function expectEqual(left: ReturnType<typeof run>, right: ReturnType<typeof run>): void {
  for (const [name, value] of Object.entries(right.figures)) expect(left.figures[name]).toBeCloseTo(value, 5);
  for (const [name, expected] of Object.entries(right.gradients))
    left.gradients[name]?.forEach((slope, i) => {
      expect(slope).toBeCloseTo(expected[i] as number, 5);
    });
}

test("accumulated passes equal one big batch", () => {
  const whole = run(10_000, false);
  const cut = run(20, false);
  expect([whole.passes, cut.passes > 2]).toEqual([1, true]);
  expect(Math.max(...(whole.gradients["layers.0.w"] as Float32Array))).toBeGreaterThan(1e-4);
  expectEqual(cut, whole);
});

const variants: [string, AlgorithmConfig][] = [
  ["trr++", { ...trr, mean: "token" }],
  ["grpo", { ...trr, type: "grpo", baseline: "prompt", standard_deviation: true, clip_high: 0.3 }],
  ["reinforce", { ...own, type: "reinforce", mean: "token", entropy: 0.02 }],
  ["ppo", { ...trr, type: "ppo" }],
];
test.each(variants)("%s: the gradient does not depend on the token budget", (_, config) => {
  const algorithm = createAlgorithm(config);
  const whole = run(10_000, false, algorithm);
  expectEqual(run(20, false, algorithm), whole);
  expectEqual(run(35, false, algorithm), whole);
});

test("recomputed layers give the same loss and gradient", () => {
  expectEqual(run(10_000, true), run(10_000, false));
});

test("with one update the loss is minus the mean advantage, less the entropy bonus", () => {
  const { figures } = run(10_000, false);
  const kept = advantages.filter((value) => !Number.isNaN(value));
  const mean = kept.reduce((a, b) => a + b) / kept.length;
  expect(figures.policy_loss).toBeCloseTo(-mean, 5);
  expect(figures.loss).toBeCloseTo(-mean - 0.01 * (figures.entropy as number), 5);
  expect(figures.ratio_clipped).toBe(0);
  expect(figures.sampler_gap).toBeGreaterThan(0);
});

test("responses that share a prompt learn as if each had its own", () => {
  const [first] = randomTrajectories(1, 11, 3);
  const shared = randomTrajectories(5, 11, 4).map((one) => ({
    ...one,
    promptTokens: first?.promptTokens ?? [],
  }));
  const learn = (budget: number) => {
    using model = toyModel();
    const passes = microbatches(shared, [1, -1, 0.5, 2, -0.3], budget);
    let gradients: Parameters = {};
    for (const pass of passes)
      gradients = addGradients(
        gradients,
        forwardBackward(model, pass, loss, { recomputeLayers: false }).gradients,
      );
    const values = Object.entries(gradients).map(([name, a]) => [name, a.toFloat32()] as const);
    dispose(gradients);
    return { passes, values: new Map(values) };
  };
  const [together, apart] = [learn(1000), learn(1)];
  expect([together.passes.length, apart.passes.length]).toEqual([1, 5]);
  for (const [name, expected] of apart.values)
    together.values.get(name)?.forEach((slope, i) => {
      expect(slope).toBeCloseTo(expected[i] as number, 5);
    });
});

test("the policy is the one that was sampled from: logits over the temperature", () => {
  using model = toyModel();
  const [one] = randomTrajectories(1, 11, 5);
  if (!one) throw new Error("no trajectory");
  const gap = (temperature: number, logProbabilities: Float32Array) => {
    const [pass] = microbatches([{ ...one, temperature, logProbabilities }], [1], 1000);
    if (!pass) throw new Error("no pass");
    const { figures, gradients } = forwardBackward(model, pass, loss, { recomputeLayers: false });
    dispose(gradients);
    return figures;
  };
  // The entropy of a distribution falls with its temperature, and the gap to log-probabilities of 0 is their mean.
  const zero = new Float32Array(one.responseTokens.length);
  const [cold, plain, hot] = [0.25, 1, 4].map((temperature) => gap(temperature, zero));
  expect(cold?.entropy).toBeLessThan((plain?.entropy as number) - 0.1);
  expect(hot?.entropy).toBeGreaterThan((plain?.entropy as number) + 0.05);
  expect(hot?.sampler_gap).not.toBeCloseTo(plain?.sampler_gap as number, 2);
  expect(gap(0, zero).sampler_gap).toBeCloseTo(plain?.sampler_gap as number, 6);
});
