import { expect, test } from "bun:test";
import * as v from "valibot";
import { type Config, type ConfigInput, ConfigSchema } from "../../src/config/schema.ts";
import { ConfigError, EngineError } from "../../src/errors/index.ts";
import { MxArray } from "../../src/mlx/index.ts";
import { trrPlusPlus } from "../../src/training/advantages/trr-plus-plus.ts";
import { microbatches } from "../../src/training/batcher.ts";
import { createLearner, ModelLearner } from "../../src/training/learner.ts";
import { tokenLogProbabilities } from "../../src/training/token-log-probabilities.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { folders } from "../runs/fixtures.ts";
import { smallLlama } from "./small-llama.ts";
import { toyModel } from "./toy-model.ts";
import { randomTrajectories } from "./trajectories.ts";

type Input = NonNullable<ConfigInput["training"]>;
const training = (input: Input): Config["training"] =>
  v.parse(ConfigSchema, {
    training: {
      tokens_per_microbatch: 40,
      ...input,
      optimizer: { learning_rate: 0.02, ...input.optimizer },
    },
  }).training;
const batch = (seed: number) => randomTrajectories(12, 11, seed);
const weights = (learner: ModelLearner): number[] =>
  Object.values(learner.model.parameters.values).flatMap((array) => [...array.toFloat32()]);
const ppo = training({ algorithm: { type: "ppo", epochs: 3, minibatches: 2 } });
withMlx();
const folder = folders();

test("three epochs of two minibatches are six updates, in which the ratio leaves 1 and is clipped", async () => {
  using learner = new ModelLearner(toyModel(), ppo, 7);
  const seen: number[] = [];
  const { metrics, skipped } = await learner.update(batch(1), {
    step: 1,
    onProgress: ({ tokens, total }) => void seen.push(tokens / total),
  });
  expect([skipped, metrics.updates, metrics.trajectories_dropped]).toEqual([false, 6, 0]);
  expect(metrics.ratio_clipped).toBeGreaterThan(0.01);
  expect(metrics.sampler_gap).toBeGreaterThan(0);
  expect(seen.at(-1)).toBe(1);
  using once = new ModelLearner(toyModel(), training({ algorithm: { type: "ppo", epochs: 1 } }), 7);
  expect((await once.update(batch(1), { step: 1 })).metrics).toMatchObject({ updates: 1, ratio_clipped: 0 });
});

test("the divergence from the policy before the updates is 0 in one update and grows over several", async () => {
  using several = new ModelLearner(toyModel(), ppo, 7);
  using once = new ModelLearner(toyModel(), training({ algorithm: { type: "ppo", epochs: 1 } }), 7);
  expect((await several.update(batch(1), { step: 1 })).metrics.approx_kl).toBeGreaterThan(1e-4);
  expect((await once.update(batch(1), { step: 1 })).metrics.approx_kl).toBe(0);
});

test("with a learning rate of next to nothing, several updates see the ratio and loss of one", async () => {
  const still = { optimizer: { learning_rate: 1e-12 } };
  using learner = new ModelLearner(
    toyModel(),
    training({ algorithm: { type: "trr++", epochs: 4 }, ...still }),
    7,
  );
  using once = new ModelLearner(toyModel(), training(still), 7);
  const [several, one] = [
    await learner.update(batch(1), { step: 1 }),
    await once.update(batch(1), { step: 1 }),
  ];
  for (const name of ["loss", "policy_loss", "entropy", "ratio_clipped", "gradient_norm", "sampler_gap"])
    expect(several.metrics[name]).toBeCloseTo(one.metrics[name] as number, 5);
});

test("resumed between steps, the second step is the same bit for bit", async () => {
  using whole = new ModelLearner(toyModel(), ppo, 7);
  await whole.update(batch(1), { step: 1 });
  const saved = folder("resume");
  await whole.save(saved);
  await whole.update(batch(2), { step: 2 });
  using resumed = new ModelLearner(toyModel(), ppo, 7);
  await resumed.restore(saved);
  await resumed.update(batch(2), { step: 2 });
  expect(weights(resumed)).toEqual(weights(whole));
});

test("ended between two updates, weights and moments are as before; what is saved in between is too", async () => {
  using learner = new ModelLearner(toyModel(), ppo, 7);
  await learner.update(batch(1), { step: 1 });
  const before = weights(learner);
  let done = false;
  const [between, after] = [folder("between"), folder("after")];
  const ended = learner.update(batch(2), {
    step: 2,
    onProgress: ({ tokens, total }) => {
      if (tokens > total / 2 && !done) {
        done = true;
        expect(weights(learner)).not.toEqual(before);
        void learner.save(between);
        throw new Error("given up");
      }
    },
  });
  await expect(ended).rejects.toThrow("given up");
  expect(weights(learner)).toEqual(before);
  await learner.save(after);
  await learner.update(batch(2), { step: 2 });
  for (const directory of [between, after]) {
    using other = new ModelLearner(toyModel(), ppo, 7);
    await other.restore(directory);
    expect(weights(other)).toEqual(before);
    await other.update(batch(2), { step: 2 });
    expect(weights(other)).toEqual(weights(learner));
  }
});

test("a falling rate goes by the updates of the whole run", async () => {
  const settings = training({
    algorithm: { type: "ppo", epochs: 2, minibatches: 2 },
    optimizer: { schedule: "linear", min_learning_rate: 0.01 },
  });
  using learner = new ModelLearner(toyModel(), settings, 7);
  const first = await learner.update(batch(1), { step: 1, steps: 2 });
  const last = await learner.update(batch(2), { step: 2, steps: 2 });
  expect(first.metrics.learning_rate).toBeCloseTo(0.02 - (0.01 * 3) / 8, 12);
  expect(last.metrics.learning_rate).toBeCloseTo(0.02 - (0.01 * 7) / 8, 12);
});

test("losses that are not finite are let pass twice, and end the work at the third in a row", async () => {
  const model = toyModel();
  using learner = new ModelLearner(model, training({}), 7);
  const slot = model.parameters.slots[0];
  const good = slot?.get() as MxArray;
  const broken = MxArray.from(good.toFloat32().fill(Number.NaN, 0, 7), good.shape);
  const update = (step: number) => learner.update(batch(1), { step });
  const same = batch(1).map((trajectory) => ({ ...trajectory, reward: 1 }));
  slot?.set(broken);
  expect((await update(1)).skipped).toBe(true);
  // Nothing to learn from is no failure, and no success either.
  expect((await learner.update(same, { step: 2 })).skipped).toBe(true);
  expect((await update(3)).metrics.skipped_updates).toBe(3);
  const ended = update(4);
  await expect(ended).rejects.toThrow(/step 4: 3 updates in a row were not finite \(loss NaN/);
  await expect(ended).rejects.toThrow(EngineError);
  slot?.set(good);
  broken.dispose();
  expect((await update(5)).skipped).toBe(false);
});

const lora: Config["adapter"] = v.parse(ConfigSchema, {
  adapter: { type: "lora", rank: 4, alpha: 8 },
}).adapter;
const kl = (as: "loss" | "reward", coefficient = 0.5) =>
  training({ algorithm: { type: "trr++", kl: { coefficient, as } }, tokens_per_microbatch: 60 });
const texts = (seed: number) => randomTrajectories(8, 97, seed);

test.each(["loss", "reward"] as const)(
  "KL as %s is 0 at the reference and grows as the policy leaves it",
  async (as) => {
    using model = smallLlama();
    using learner = createLearner(model, { adapter: lora, training: kl(as), seed: 3 });
    const first = await learner.update(texts(1), { step: 1 });
    expect(first.metrics.kl).toBeCloseTo(0, 6);
    const second = await learner.update(texts(1), { step: 2 });
    expect(second.metrics.kl).toBeGreaterThan(1e-4);
    if (as === "reward") expect(Math.abs(second.metrics.kl_penalty as number)).toBeGreaterThan(1e-4);
    else
      expect(second.metrics.loss).toBeCloseTo(
        (second.metrics.policy_loss as number) -
          0.001 * (second.metrics.entropy as number) +
          0.5 * (second.metrics.kl as number),
        5,
      );
  },
);

test("KL as reward: what was taken off is told for each trajectory, and equal rewards still teach nothing", async () => {
  using model = smallLlama();
  using learner = createLearner(model, { adapter: lora, training: kl("reward"), seed: 3 });
  await learner.update(texts(1), { step: 1 });
  const batch = texts(1);
  const { advantages, penalties = [], metrics } = await learner.update(batch, { step: 2 });
  expect(penalties.length).toBe(batch.length);
  const mean = penalties.reduce((sum, penalty) => sum + penalty, 0) / batch.length;
  expect(mean).toBeCloseTo(metrics.kl_penalty as number, 12);
  expect(advantages).toEqual(trrPlusPlus(batch, penalties).values);
  expect(advantages).not.toEqual(trrPlusPlus(batch).values);
  const equal = await learner.update(
    batch.map((trajectory) => ({ ...trajectory, reward: 1 })),
    { step: 3 },
  );
  expect(equal.skipped).toBe(true);
  expect(equal.advantages.every(Number.isNaN)).toBe(true);
});

test("a strong KL term keeps the policy nearer to the reference", async () => {
  const divergence = async (coefficient: number) => {
    using model = smallLlama();
    using learner = createLearner(model, { adapter: lora, training: kl("loss", coefficient), seed: 3 });
    for (let step = 1; step <= 6; step++) await learner.update(texts(1), { step });
    return (await learner.update(texts(1), { step: 7 })).metrics.kl as number;
  };
  expect(await divergence(20)).toBeLessThan(0.5 * (await divergence(1e-6)));
});

test("measure_kl: 0 at the start policy, more once it has learnt, and the updates are the same with it", async () => {
  const trained = async (measure_kl: number) => {
    using model = smallLlama();
    const settings = training({ measure_kl });
    using learner = createLearner(model, { adapter: lora, training: settings, seed: 3 }) as ModelLearner;
    const [first, second] = [
      await learner.update(texts(1), { step: 1 }),
      await learner.update(texts(1), { step: 2 }),
    ];
    return { kl: [first.metrics.kl, second.metrics.kl] as const, weights: weights(learner) };
  };
  const [without, some, all] = [await trained(0), await trained(3), await trained(100)];
  expect(without.kl).toEqual([undefined, undefined]);
  for (const { kl, weights: own } of [some, all]) {
    expect(kl[0]).toBeCloseTo(0, 6);
    expect(kl[1]).toBeGreaterThan(1e-5);
    expect(own).toEqual(without.weights);
  }
  expect(some.kl[1]).not.toBe(all.kl[1]);
});

test.each([
  ["lora", lora],
  ["full", { type: "full" }],
] as const)(
  "%s: as loaded the model is the reference, exactly, and afterwards itself again",
  async (_, adapter) => {
    using model = smallLlama();
    using learner = createLearner(model, { adapter, training: kl("loss"), seed: 3 }) as ModelLearner;
    const [pass] = microbatches(texts(2), new Array<number>(8).fill(0), 1000);
    if (!pass) throw new Error("no pass");
    const base = tokenLogProbabilities(learner.model, pass);
    await learner.update(texts(1), { step: 1 });
    const trained = tokenLogProbabilities(learner.model, pass);
    expect(trained).not.toEqual(base);
    const reference = learner.model.asLoaded?.(() => tokenLogProbabilities(learner.model, pass));
    expect(reference).toEqual(base);
    expect(tokenLogProbabilities(learner.model, pass)).toEqual(trained);
  },
);

test("full weights without a reference refuse KL that comes while they train", async () => {
  using model = smallLlama();
  using learner = createLearner(model, { adapter: { type: "full" }, training: training({}), seed: 3 });
  await expect(learner.configure(kl("loss"))).rejects.toThrow(ConfigError);
  await expect(learner.configure(training({ measure_kl: 2 }))).rejects.toThrow("as it was loaded");
});

test("KL as loss keeps full weights nearer to the model as it was loaded", async () => {
  const divergence = async (coefficient: number) => {
    using model = smallLlama();
    const settings = { ...kl("loss", coefficient), measure_kl: 8 };
    using learner = createLearner(model, { adapter: { type: "full" }, training: settings, seed: 3 });
    let last = 0;
    for (let step = 1; step <= 6; step++)
      last = (await learner.update(texts(1), { step })).metrics.kl as number;
    return last;
  };
  const [free, held] = [await divergence(0), await divergence(5)];
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(0.8 * free);
});
