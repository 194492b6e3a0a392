import { expect, test } from "bun:test";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { keep, mx, scope } from "../../src/mlx/index.ts";
import { createLearner, type ModelLearner } from "../../src/training/learner.ts";
import golden from "../goldens/training/rl-step.json";
import { withMlx } from "../mlx/live-arrays.ts";
import { formulaWeight, smallLlama } from "./small-llama.ts";

const { settings } = golden;
const batch: Trajectory[] = golden.batch.map(({ prompt, response, reward, group }) => ({
  promptTokens: prompt,
  responseTokens: response,
  temperature: settings.temperature,
  logProbabilities: new Float32Array(response.length),
  reward,
  role: "solve",
  type: "deduction",
  group,
}));
withMlx();

for (const tokens_per_microbatch of [1000, 8])
  test(`two updates of GRPO are torch's: figures and adapters, ${tokens_per_microbatch} tokens a pass`, async () => {
    const { adapter, training } = v.parse(ConfigSchema, {
      adapter: { type: "lora", rank: 4, alpha: 8 },
      training: {
        algorithm: {
          type: "grpo",
          standard_deviation: false,
          clip: settings.clip,
          clip_high: settings.clip_high,
          mean: "token",
          epochs: settings.epochs,
          entropy: settings.entropy,
          kl: { coefficient: settings.kl, as: "loss" },
        },
        optimizer: {
          learning_rate: settings.learning_rate,
          betas: settings.betas as [number, number],
          epsilon: settings.epsilon,
          weight_decay: settings.weight_decay,
          gradient_clip: settings.gradient_clip,
        },
        tokens_per_microbatch,
      },
    });
    using model = smallLlama(formulaWeight);
    using learner = createLearner(model, { adapter, training, seed: 0 }) as ModelLearner;
    const slots = learner.model.parameters.slots.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    slots.forEach((slot, index) => {
      const old = slot.get();
      slot.set(keep(scope(() => mx.multiply(formulaWeight(old.shape, 100 + index), 0.3))));
      old.dispose();
    });
    const { metrics, advantages } = await learner.update(batch, { step: 1 });
    expect(advantages[5]).toBeNaN();
    for (const [name, expected] of Object.entries(golden.metrics))
      expect(Math.abs((metrics[name] as number) - expected), name).toBeLessThan(1e-4 * Math.max(1, expected));
    expect(metrics.ratio_clipped).toBeGreaterThan(0.05);
    expect(slots.map(({ name }) => name)).toEqual(Object.keys(golden.after));
    for (const { name, get } of slots) {
      const { first, norm } = golden.after[name as keyof typeof golden.after];
      const values = get().toFloat32();
      first.forEach((value, i) => {
        expect(Math.abs((values[i] as number) - value), name).toBeLessThan(1e-4);
      });
      expect(Math.hypot(...values) / norm).toBeCloseTo(1, 4);
    }
  });
