import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config, ConfigInput } from "../../src/config/schema.ts";
import type { Example } from "../../src/interfaces/example.ts";
import { MxArray, mx, scope } from "../../src/mlx/index.ts";
import { examplePasses } from "../../src/training/example-passes.ts";
import { createLearner } from "../../src/training/learner.ts";
import { negativeLogLikelihood } from "../../src/training/losses/negative-log-likelihood.ts";
import golden from "../goldens/training/sft.json";
import { withMlx } from "../mlx/live-arrays.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";
import { formulaWeight, smallLlama } from "./small-llama.ts";

const rows: Example[] = golden.rows.map(({ tokens, covered }) => ({
  tokens,
  covered: Uint8Array.from(covered),
}));
withMlx();

function settings(
  training: ConfigInput["training"] = {},
  adapter: ConfigInput["adapter"] = { type: "full" },
) {
  const config: Config = makeConfig({
    adapter,
    training: { algorithm: { type: "sft", data: "rows" }, optimizer: { learning_rate: 3e-3 }, ...training },
  });
  return { adapter: config.adapter, training: config.training, seed: 5 };
}

test("the loss is minus the weighted sum of log-probabilities: computed by hand", () => {
  scope(() => {
    const float = (values: number[]) => MxArray.from(Float32Array.from(values));
    const logProbabilities = float([-1, -2, -0.5]);
    const zeros = mx.zeros([3]);
    const tokens = { logProbabilities, entropy: zeros, behaviour: zeros, advantages: zeros };
    const { loss } = negativeLogLikelihood({ ...tokens, weights: float([0.25, 0.5, 0.25]) });
    expect(loss.item()).toBeCloseTo(0.25 + 1 + 0.125, 6);
  });
});

test("covered tokens weigh the same, uncovered ones nothing, whatever the passes", () => {
  for (const budget of [4, 12, 1000]) {
    const passes = examplePasses(rows, budget);
    const weights = passes.flatMap((pass) => [...pass.weights]);
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(new Set(weights.map((weight) => weight.toFixed(6)))).toEqual(
      new Set(["0.000000", (1 / 16).toFixed(6)]),
    );
  }
});

for (const budget of [1000, 10])
  for (const gradient_checkpointing of [true, false])
    test(`loss and gradient norm of full fine-tuning are transformers', ${budget} tokens a pass, ${gradient_checkpointing ? "recomputed" : "kept"}`, async () => {
      using model = smallLlama(formulaWeight);
      using learner = createLearner(
        model,
        settings({ tokens_per_microbatch: budget, gradient_checkpointing }),
      );
      const before = await learner.validate(rows, {});
      expect(before.metrics.loss).toBeCloseTo(golden.loss, 4);
      const { metrics, skipped } = await learner.fit(rows, { step: 1 });
      expect(skipped).toBe(false);
      expect(metrics.loss).toBeCloseTo(golden.loss, 4);
      expect((metrics.gradient_norm ?? 0) / golden.gradient_norm).toBeCloseTo(1, 4);
      expect(metrics).toMatchObject({ examples: 5, tokens: 31, covered_tokens: 16 });
      expect(metrics.sampler_gap).toBeUndefined();
    });

test("forty LoRA steps learn the rows by heart; saved after ten and restored they go on bit for bit", async () => {
  using folder = temporaryFolder();
  const lora = settings({ optimizer: { learning_rate: 1e-2 } }, { type: "lora", rank: 8, dropout: 0.02 });
  const saved = join(folder.path, "saved");
  mkdirSync(saved);
  const losses: (number | undefined)[] = [];
  using model = smallLlama();
  using learner = createLearner(model, lora);
  for (let step = 1; step <= 40; step++) {
    losses.push((await learner.fit(rows, { step })).metrics.loss);
    if (step === 10) await learner.save(saved);
  }
  expect(losses[0]).toBeGreaterThan(4);
  expect(losses.at(-1)).toBeLessThan(1.5);

  using copy = smallLlama();
  using resumed = createLearner(copy, lora);
  await resumed.restore(saved);
  for (let step = 11; step <= 14; step++)
    expect((await resumed.fit(rows, { step })).metrics.loss).toBe(losses[step - 1] as number);
}, 60_000);

test("a learner begins with the weights that another left, and with a new optimizer", async () => {
  using folder = temporaryFolder();
  const lora = settings({}, { type: "lora", rank: 4, alpha: 8 });
  using model = smallLlama();
  using first = createLearner(model, lora);
  for (let step = 1; step <= 5; step++) await first.fit(rows, { step });
  const { metrics } = await first.validate(rows, {});
  await first.save(folder.path);

  using copy = smallLlama();
  using second = createLearner(copy, lora);
  await second.begin(folder.path);
  expect((await second.validate(rows, {})).metrics.loss).toBe(metrics.loss as number);
  using third = smallLlama();
  using other = createLearner(third, settings({}, { type: "lora", rank: 4, alpha: 4 }));
  await expect(other.begin(folder.path)).rejects.toThrow("was trained with alpha / rank 2");
});
