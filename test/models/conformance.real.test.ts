import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import { device, dispose, keep, type MxArray, mx, random, scope } from "../../src/mlx/index.ts";
import { fuseAdapter } from "../../src/models/fuse.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { adapt } from "../../src/training/adapted-model.ts";
import { microbatches } from "../../src/training/batcher.ts";
import { globalNorm } from "../../src/training/gradients.ts";
import { createLearner } from "../../src/training/learner.ts";
import type { Loss } from "../../src/training/losses/loss.ts";
import { forwardBackward } from "../../src/training/step.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";
import { conformance, open, VARIANTS, writeConformanceModel } from "./conformance-model.ts";

/** One suite for every architecture and spelling of its config: transformers' numbers, and our own ways of computing. */
withMlx();

let root = "";
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-conformance-"));
});
afterAll(() => rm(root, { recursive: true }));

const config = v.parse(ConfigSchema, {});
/** Mean over sequences of the mean over tokens of -log p. */
const negativeLogLikelihood: Loss = ({ logProbabilities, weights }) => ({
  loss: mx.negative(mx.sum(mx.multiply(logProbabilities, weights))),
  metrics: {},
});

/** log p(token) of each token but the first, by a pass over the whole sequence without a cache. */
function logProbabilities(model: LanguageModel, tokens: number[]): number[] {
  const { shape, data } = model.logits([tokens]);
  const width = shape[2] as number;
  return tokens.slice(1).map((token, t) => {
    const row = data.subarray(t * width, (t + 1) * width);
    const most = Math.max(...row);
    return (row[token] as number) - most - Math.log(row.reduce((sum, x) => sum + Math.exp(x - most), 0));
  });
}

describe.each([...VARIANTS])("%s", (variant) => {
  const expected = conformance(variant);
  let directory = "";
  beforeAll(() => {
    directory = writeConformanceModel(root, variant);
  });

  test("logits are those of transformers", async () => {
    using model = await open(directory);
    const { shape, data } = model.logits(expected.tokens);
    expect(shape).toEqual([2, 10, 61]);
    expectClose(data, expected.logits, 1e-4);
  });

  test.each([false, true])(
    "loss and gradient norm are those of transformers (layers recomputed: %p)",
    async (recomputeLayers) => {
      using model = await open(directory);
      using adapted = adapt(model, { type: "full" }, { seed: 0, reference: false });
      const batch = expected.tokens.map(([first = 0, ...rest], i) => ({
        promptTokens: [first],
        responseTokens: rest,
        temperature: 1,
        logProbabilities: new Float32Array(rest.length),
        reward: 0,
        role: "solve" as const,
        type: "deduction" as const,
        group: `${i}`,
      }));
      const [pass] = microbatches(batch, [1, 1], 1000);
      if (!pass) throw new Error("no pass");
      const { gradients, figures } = forwardBackward(adapted, pass, negativeLogLikelihood, {
        recomputeLayers,
      });
      expect(Object.keys(gradients).length).toBe(expected.tensors.length);
      expect(Math.abs((figures.loss as number) - expected.loss)).toBeLessThan(1e-5);
      expect(Math.abs(globalNorm(gradients) / expected.gradientNorm - 1)).toBeLessThan(1e-4);
      dispose(gradients);
    },
  );

  test("cached, batched and padded generation gives the log-probabilities of whole passes", async () => {
    using model = await open(directory);
    const prompts = [[5], [1, 2, 3, 4, 5, 6, 7, 8, 9], [60, 0, 30]];
    const samples = await new BatchGenerator(model, byteTokenizer).generate(
      prompts.map((prompt, seed) => ({
        prompt,
        samples: 2,
        maxTokens: 12,
        temperature: 1,
        seed,
        ignoreEnd: true,
      })),
    );
    for (const [i, prompt] of prompts.entries())
      for (const { tokens, logProbabilities: found } of samples[i] ?? []) {
        expect(tokens.length).toBe(12);
        const whole = logProbabilities(model, [...prompt, ...tokens]);
        expectClose(found, whole.slice(prompt.length - 1), 1e-4);
      }
  });

  test("an adapter fused into the weights, written and loaded again equals the adapter applied", async () => {
    const [saved, fused] = ["adapter", "fused"].map((name) => join(root, `${variant}-${name}`)) as [
      string,
      string,
    ];
    mkdirSync(saved);
    let applied: Float32Array;
    {
      using model = await open(directory);
      using learner = createLearner(model, { adapter: config.adapter, training: config.training, seed: 1 });
      const { projections } = model.layers[0] as LanguageModel["layers"][number];
      for (const [i, projection] of Object.values(projections).entries()) {
        // Untrained, B is 0 and the adapter changes nothing.
        const lora = projection as unknown as { loraB: MxArray };
        const drawn = keep(
          scope(() => random.normal(lora.loraB.shape, { key: random.key(i), deviation: 0.05 })),
        );
        lora.loraB.dispose();
        lora.loraB = drawn;
      }
      await learner.save(saved);
      applied = model.logits(expected.tokens).data;
    }
    expect(Math.max(...applied.map((x, i) => Math.abs(x - (expected.logits[i] as number))))).toBeGreaterThan(
      0.01,
    );
    await fuseAdapter(
      { path: directory, name: variant, format: "directory" },
      { adapter: saved, output: fused },
    );
    using again = await open(fused);
    expectClose(again.logits(expected.tokens).data, applied, 1e-4);
  });
});

// The goldens' heads are of 8 channels, which the kernel for decoding does not take.
describe.each([
  ["llama", { num_attention_heads: 2, num_key_value_heads: 1, max_position_embeddings: 256 }],
  ["gpt2", { n_head: 2, n_positions: 256 }],
] as const)("%s with heads of 16 channels", (variant, changes) => {
  test("the kernel's log-probabilities are those of whole passes, over a cache that grows", async () => {
    const directory = await mkdtemp(join(root, "kernel-"));
    using model = await open(writeConformanceModel(directory, variant, changes));
    expect(model.config.headDimension).toBe(16);
    const prompts = [[5], [1, 2, 3, 4, 5, 6, 7, 8, 9]];
    const kernel = spyOn(mx.fast, "decodeAttention");
    const samples = await new BatchGenerator(model, byteTokenizer).generate(
      prompts.map((prompt, seed) => ({
        prompt,
        samples: 2,
        maxTokens: 140,
        temperature: 1,
        seed,
        ignoreEnd: true,
      })),
    );
    const passes = kernel.mock.calls.length / model.config.layers;
    kernel.mockRestore();
    expect(passes).toBe(device.nativeKernels() ? 139 : 0);
    for (const [i, prompt] of prompts.entries())
      for (const { tokens, logProbabilities: found } of samples[i] ?? []) {
        expect(tokens.length).toBe(140);
        expectClose(found, logProbabilities(model, [...prompt, ...tokens]).slice(prompt.length - 1), 1e-4);
      }
  });
});
