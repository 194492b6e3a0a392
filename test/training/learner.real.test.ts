import { expect, test } from "bun:test";
import * as v from "valibot";
import { type Config, ConfigSchema } from "../../src/config/schema.ts";
import { ModelLoadError } from "../../src/errors/index.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { keep, liveArrays, MxArray, scope } from "../../src/mlx/index.ts";
import { ModelLearner } from "../../src/training/learner.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { folders } from "../runs/fixtures.ts";
import { toyModel } from "./toy-model.ts";
import { randomTrajectories } from "./trajectories.ts";

const V = 11;
const defaults = v.parse(ConfigSchema, {}).training;
const training = (optimizer: Partial<Config["training"]["optimizer"]> = {}): Config["training"] => ({
  ...defaults,
  tokens_per_microbatch: 40,
  optimizer: { ...defaults.optimizer, learning_rate: 0.02, ...optimizer },
});
const batch = (seed: number) => randomTrajectories(12, V, seed);
withMlx();
const folder = folders();

const weights = (learner: ModelLearner): number[] =>
  Object.values(learner.model.parameters.values).flatMap((array) => [...array.toFloat32()]);

test("update, save, restore, update gives bit for bit what update, update gives", async () => {
  const model = toyModel();
  using whole = new ModelLearner(model, training(), 7);
  const begin = weights(whole);
  await whole.update(batch(1), { step: 1 });
  const saved = folder("resume");
  await whole.save(saved);
  const second = await whole.update(batch(2), { step: 2 });

  const copy = toyModel();
  using resumed = new ModelLearner(copy, training(), 7);
  expect(weights(resumed)).toEqual(begin);
  await resumed.restore(saved);
  const again = await resumed.update(batch(2), { step: 2 });
  expect(weights(resumed)).toEqual(weights(whole));
  expect(weights(resumed)).not.toEqual(begin);
  const { tokens_per_second: _, ...metrics } = second.metrics;
  expect(again.metrics).toMatchObject(metrics);
});

test("other settings between two updates give bit for bit what a restored learner with them gives", async () => {
  const others: Config["training"] = {
    ...training({ learning_rate: 0.07, betas: [0.8, 0.9], gradient_clip: 0.5 }),
    algorithm: { ...defaults.algorithm, type: "reinforce" } as Config["training"]["algorithm"],
  };
  using live = new ModelLearner(toyModel(), training(), 7);
  await live.update(batch(1), { step: 1 });
  const saved = folder("configured");
  await live.save(saved);
  await live.configure(others);
  const { metrics } = await live.update(batch(2), { step: 2 });
  using resumed = new ModelLearner(toyModel(), others, 7);
  await resumed.restore(saved);
  await resumed.update(batch(2), { step: 2 });
  using unchanged = new ModelLearner(toyModel(), training(), 7);
  await unchanged.restore(saved);
  await unchanged.update(batch(2), { step: 2 });
  expect(metrics.learning_rate).toBe(0.07);
  expect(weights(live)).toEqual(weights(resumed));
  expect(weights(live)).not.toEqual(weights(unchanged));
});

test("metrics say what was learnt from, and progress reaches the end", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training({ warmup_steps: 4 }), 7);
  const flat: Trajectory[] = randomTrajectories(2, V, 9).map((t) => ({
    ...t,
    role: "solve",
    type: "induction",
    reward: 1,
  }));
  const trajectories = [...batch(1), ...flat];
  const seen: number[] = [];
  const { metrics, advantages, skipped } = await learner.update(trajectories, {
    step: 1,
    onProgress: ({ tokens, total, tokensPerSecond }) => {
      seen.push(tokens / total);
      expect(tokensPerSecond).toBeGreaterThan(0);
    },
  });
  const lengths = batch(1).map(
    ({ promptTokens, responseTokens }) => promptTokens.length + responseTokens.length,
  );
  expect(skipped).toBe(false);
  expect(metrics).toMatchObject({
    trajectories: 14,
    trajectories_dropped: 2,
    dropped_groups: 1,
    skipped_updates: 0,
    learning_rate: 0.005,
    ratio_clipped: 0,
    tokens: lengths.reduce((a, b) => a + b, 0),
  });
  expect(advantages.map(Number.isNaN)).toEqual([...new Array<boolean>(12).fill(false), true, true]);
  // Rewards 1, 0, -0.5 twice in each role: deviation sqrt(2 (25 + 1 + 16) / 36 / 5), best (1 - 1/6) over it.
  const deviation = Math.sqrt((2 * (25 + 1 + 16)) / 36 / 5);
  expect(metrics["reward_deviation/solve/deduction"]).toBeCloseTo(deviation, 6);
  expect(metrics["advantage_max/propose/deduction"]).toBeCloseTo(5 / 6 / deviation, 6);
  expect(metrics["advantage_min/propose/deduction"]).toBeCloseTo(-2 / 3 / deviation, 6);
  // A mean advantage of 0 makes the policy loss 0; the entropy of an untrained model is near its limit.
  expect(metrics.policy_loss).toBeCloseTo(0, 5);
  expect(metrics.entropy).toBeGreaterThan(1);
  expect(metrics.entropy).toBeLessThan(Math.log(V));
  expect(metrics.gradient_norm).toBeGreaterThan(0);
  expect(seen.length).toBe(metrics.microbatches as number);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.at(-1)).toBe(1);
});

test("a batch without any variance is skipped and counted, and nothing moves", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training(), 7);
  const before = weights(learner);
  const same = batch(1).map((trajectory) => ({ ...trajectory, reward: 1 }));
  const { metrics, skipped } = await learner.update(same, { step: 1 });
  expect(skipped).toBe(true);
  expect(metrics).toMatchObject({
    skipped_updates: 1,
    dropped_groups: 2,
    trajectories_dropped: 12,
    tokens: 0,
  });
  expect(metrics.loss).toBeUndefined();
  expect(weights(learner)).toEqual(before);
});

test("a non-finite loss skips the update, is counted across a resume, and leaves weights and moments", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training(), 7);
  const good = model.parameters.values.embedding as MxArray;
  const broken = scope(() => keep(MxArray.from(good.toFloat32().fill(Number.NaN, 0, 7), good.shape)));
  const slot = model.parameters.slots[0];
  slot?.set(broken);
  const before = weights(learner);
  const { metrics, skipped } = await learner.update(batch(1), { step: 1 });
  expect([skipped, metrics.skipped_updates, metrics.loss]).toEqual([true, 1, Number.NaN]);
  expect(weights(learner)).toEqual(before);
  slot?.set(good);
  broken.dispose();
  const saved = folder("skipped");
  await learner.save(saved);
  await learner.restore(saved);
  const after = await learner.update(batch(1), { step: 2 });
  expect([after.skipped, after.metrics.skipped_updates]).toEqual([false, 1]);
});

test("live arrays stay flat over 20 updates", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training(), 7);
  const counts: number[] = [];
  for (let step = 1; step <= 20; step++) {
    await learner.update(batch(step), { step });
    counts.push(liveArrays());
  }
  expect(new Set(counts).size).toBe(1);
});

test("a state that is missing or of another model is refused, and the learner stays as it was", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training(), 7);
  const before = weights(learner);
  await expect(learner.restore(folder("empty"))).rejects.toThrow(ModelLoadError);

  const other = toyModel();
  const slot = other.parameters.slots[1];
  const small = MxArray.from([1, 2, 3]);
  const own = slot?.get();
  slot?.set(small);
  using otherLearner = new ModelLearner(other, training(), 7);
  const saved = folder("other");
  await otherLearner.save(saved);
  await expect(learner.restore(saved)).rejects.toThrow(
    /layers\.0\.w should have shape \[6,6\] and has \[3\]/,
  );
  if (own) slot?.set(own);
  small.dispose();
  expect(weights(learner)).toEqual(before);
});
