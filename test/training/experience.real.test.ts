import { expect, test } from "bun:test";
import type { Example } from "../../src/interfaces/example.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { createLearner } from "../../src/training/learner.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { makeConfig } from "../runs/fixtures.ts";
import { formulaWeight, smallLlama } from "./small-llama.ts";
import { randomTrajectories } from "./trajectories.ts";

withMlx();

const V = 97;
const settings = (algorithm: "reinforce" | "sft", learning_rate = 1e-3) => {
  const { adapter, training } = makeConfig({
    adapter: { type: "full" },
    training: {
      algorithm: algorithm === "sft" ? { type: "sft", data: "rows" } : { type: algorithm },
      optimizer: { learning_rate },
    },
  });
  return { adapter, training, seed: 5 };
};

/** The same text as an example. */
function example({ promptTokens, responseTokens }: Trajectory): Example {
  const tokens = [...promptTokens, ...responseTokens];
  return { tokens, covered: Uint8Array.from(tokens, (_, i) => (i < promptTokens.length ? 0 : 1)) };
}

async function fitted(text: Example) {
  using model = smallLlama(formulaWeight);
  using learner = createLearner(model, settings("sft"));
  return (await learner.fit([text], { step: 1 })).metrics;
}

async function updated(batch: readonly Trajectory[], examples: readonly Example[], coefficient: number) {
  using model = smallLlama(formulaWeight);
  using learner = createLearner(model, settings("reinforce"));
  const experience = { examples, coefficient };
  return await learner.update(batch, { step: 1, experience });
}

const [right, wrong] = randomTrajectories(2, V, 3).map((t, i) => ({ ...t, reward: 1 - i })) as [
  Trajectory,
  Trajectory,
];

test("the term adds coefficient x gradient of the likelihood to the policy's", async () => {
  // REINFORCE on rewards 1 and 0 is 0.25 (likelihood of the one - of the other): a quarter of the other's is left out.
  const { metrics } = await updated([right, wrong], [example(wrong)], 0.25);
  const alone = await fitted(example(right));
  expect((metrics.gradient_norm ?? 0) / (0.25 * (alone.gradient_norm ?? 0))).toBeCloseTo(1, 4);
  expect(metrics.experience_loss).toBeCloseTo((await fitted(example(wrong))).loss ?? 0, 4);
  expect(metrics.loss).toBeCloseTo(0.25 * (alone.loss ?? 0), 4);
  expect(metrics).toMatchObject({ experience_examples: 1, trajectories: 2, trajectories_dropped: 0 });
  // The sampler's gap is that of what was sampled.
  const plain = await updated([right, wrong], [], 0.25);
  expect(metrics.sampler_gap).toBeCloseTo(plain.metrics.sampler_gap ?? 0, 5);
  expect(plain.metrics.experience_loss).toBeUndefined();
});

test("it is learnt from where no rollout is, and by heart in the end", async () => {
  using model = smallLlama(formulaWeight);
  using learner = createLearner(model, settings("reinforce", 1e-2));
  const experience = { examples: [example(right)], coefficient: 0.5 };
  const losses: number[] = [];
  for (let step = 1; step <= 25; step++) {
    const { skipped, metrics } = await learner.update([], { step, experience });
    expect(skipped).toBe(false);
    losses.push(metrics.experience_loss ?? Number.NaN);
  }
  expect(losses[0]).toBeGreaterThan(4);
  expect(losses.at(-1)).toBeLessThan(0.5);
}, 60_000);
