import { expect } from "bun:test";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { memory } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { inferenceMemory, trainingMemory } from "../../src/models/memory-estimate.ts";
import { readHeaders } from "../../src/models/model-headers.ts";
import { type ResolvedModel, resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { createLearner } from "../../src/training/learner.ts";

/** What MLX held at the peak against what models info would have said, on SmolLM2 and the CPU. */

const ids = (length: number, step: number) => Array.from({ length }, (_, i) => ((i + 1) * step) % 40_000);

/** The estimate's peak is within a fifth of the measured one. */
function within20Percent(what: string, estimated: number, measured: number): void {
  console.log(
    `${what}: ${(estimated / 1e6).toFixed(0)} MB estimated, ${(measured / 1e6).toFixed(0)} MB measured`,
  );
  expect(Math.abs(estimated / measured - 1), what).toBeLessThan(0.2);
}

/** The most that was in arrays while `body` ran. */
async function peakOf(body: () => Promise<unknown>): Promise<number> {
  memory.clearCache();
  memory.resetPeak();
  await body();
  return memory.peak();
}

/** `batch` different prompts of a length, and some tokens after each. */
export async function compareGeneration(
  model: LanguageModel,
  batch: number,
  prompt = 128,
  answer = 8,
): Promise<void> {
  const resolved: ResolvedModel = await resolveModel("smollm2-135m");
  const generator = new BatchGenerator(model, await loadTokenizer(resolved.path), { slots: batch });
  const requests = Array.from({ length: batch }, (_, i) => ({
    prompt: ids(prompt, 37 + 2 * i),
    samples: 1,
    maxTokens: answer,
    temperature: 1,
    topP: 1,
    seed: i,
    ignoreEnd: true,
  }));
  const measured = await peakOf(() => generator.generate(requests));
  const settings = { device: "cpu", batch, length: prompt + answer, prompt } as const;
  within20Percent(
    `generation, ${batch} x (${prompt} + ${answer})`,
    inferenceMemory(readHeaders(resolved), settings).total,
    measured,
  );
}

/** Two LoRA updates of rank 16, each one pass over `rows` sequences of 128 tokens of prompt and 128 of answer. */
export async function compareUpdate(
  model: LanguageModel,
  rows: number,
  checkpointing: boolean,
): Promise<void> {
  const headers = readHeaders(await resolveModel("smollm2-135m"));
  const tokens = rows * 256;
  const config = v.parse(ConfigSchema, {});
  const training = {
    ...config.training,
    tokens_per_microbatch: tokens,
    gradient_checkpointing: checkpointing,
  };
  using learner = createLearner(model, { adapter: config.adapter, training, seed: 1 });
  const batch = Array.from(
    { length: rows },
    (_, i): Trajectory => ({
      promptTokens: ids(128, 39 + 2 * i),
      responseTokens: ids(129, 41 + 2 * i),
      temperature: 1,
      logProbabilities: new Float32Array(129),
      reward: i % 2,
      role: "solve",
      type: "deduction",
      group: "one",
    }),
  );
  // The moments are there from the second update on.
  const short = batch.slice(0, 2).map((one) => ({
    ...one,
    promptTokens: ids(4, 37),
    responseTokens: ids(4, 41),
    logProbabilities: new Float32Array(4),
  }));
  await learner.update(short, { step: 1 });
  const measured = await peakOf(() => learner.update(batch, { step: 2 }));
  const settings = { device: "cpu", tokens, answered: tokens / 2, rank: 16, checkpointing } as const;
  const what = `LoRA update, ${tokens} tokens, ${checkpointing ? "with" : "without"} checkpointing`;
  within20Percent(what, trainingMemory(headers, settings).total, measured);
}
