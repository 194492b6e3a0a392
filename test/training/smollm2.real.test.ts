import { afterAll, beforeAll, expect, test } from "bun:test";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { initialise, liveArrays } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { loadModel } from "../../src/models/load.ts";
import { type ResolvedModel, resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { createLearner } from "../../src/training/learner.ts";

const MINUTES = 60_000;
let resolved: ResolvedModel;
let model: LanguageModel;
let tokenizer: Tokenizer;
let baseline = 0;
beforeAll(async () => {
  await initialise();
  baseline = liveArrays();
  resolved = await resolveModel("smollm2-135m");
  tokenizer = await loadTokenizer(resolved.path);
  model = await loadModel(resolved, { device: "cpu" });
}, 5 * MINUTES);
afterAll(() => {
  model[Symbol.dispose]();
  expect(liveArrays()).toBe(baseline);
});

/** Mean log p of the response's tokens, from the model's own logits. */
function logProbability({ promptTokens, responseTokens }: Trajectory): number {
  const { shape, data } = model.logits([[...promptTokens, ...responseTokens]]);
  const width = shape[2] as number;
  const sum = responseTokens.reduce((total, token, t) => {
    const at = (promptTokens.length - 1 + t) * width;
    const row = data.subarray(at, at + width);
    const most = row.reduce((a, b) => Math.max(a, b));
    return total + (row[token] as number) - most - Math.log(row.reduce((z, x) => z + Math.exp(x - most), 0));
  }, 0);
  return sum / responseTokens.length;
}

test(
  "one update of SmolLM2 on eight answers: the adapter changes and rewarded answers grow likelier",
  async () => {
    const prompt = tokenizer.encode("def f(a):\n    return a * 2\n# f(21) returns ");
    const batch = ["42", "21", "42\n", "a", "42 ", "12", "42\n\n", "error"].map((answer, i): Trajectory => {
      const responseTokens = tokenizer.encode(answer);
      const trajectory: Trajectory = {
        promptTokens: prompt,
        responseTokens,
        temperature: 1,
        logProbabilities: new Float32Array(responseTokens.length),
        reward: i % 2 === 0 ? 1 : -0.5,
        role: "solve",
        type: "deduction",
        group: "doubling",
      };
      return trajectory;
    });
    const config = v.parse(ConfigSchema, {});
    const training = {
      ...config.training,
      optimizer: { ...config.training.optimizer, learning_rate: 5e-4 },
    };
    const before = batch.map(logProbability);
    using learner = createLearner(model, { adapter: config.adapter, training, seed: 1 });
    expect(batch.map(logProbability)).toEqual(before);
    const { metrics, skipped } = await learner.update(batch, { step: 1 });
    const after = batch.map(logProbability);

    expect(skipped).toBe(false);
    expect(metrics.gradient_norm).toBeGreaterThan(0.01);
    expect(metrics.ratio_clipped).toBe(0);
    // The training pass sees the log-probabilities that the model's logits give: the samplers' 0 is off by them.
    const mean = before.reduce((a, b) => a + b) / before.length;
    expect(metrics.sampler_gap).toBeCloseTo(-mean, 2);
    const change = (reward: number) =>
      batch.reduce(
        (sum, t, i) => sum + (t.reward === reward ? (after[i] as number) - (before[i] as number) : 0),
        0,
      );
    expect(change(1)).toBeGreaterThan(0);
    expect(change(-0.5)).toBeLessThan(0);
  },
  5 * MINUTES,
);
