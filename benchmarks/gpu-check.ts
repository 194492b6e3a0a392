#!/usr/bin/env bun
/**
 * Whether a GPU backend (Metal, CUDA) computes what the CPU does, and how fast: for machines that have one.
 *
 *   bun benchmarks/gpu-check.ts [--device gpu|cpu] [--json]
 *
 * Loads the model twice, on the CPU and on the GPU, compares logits, greedy tokens and the gradient of a LoRA update,
 * and prints tokens per second of both. Where MLX has no GPU it says so and ends with 0: nothing was checked.
 * `--device cpu` compares the CPU with itself, which tries this script out. Ends with 1 where the two differ.
 */
import { parseArgs } from "node:util";
import Table from "cli-table3";
import * as v from "valibot";
import { ConfigSchema } from "../src/config/schema.ts";
import { BatchGenerator } from "../src/generation/batch-generator.ts";
import type { Trajectory } from "../src/interfaces/trajectory.ts";
import { device, initialise, memory } from "../src/mlx/index.ts";
import type { LanguageModel } from "../src/models/language-model.ts";
import { loadModel } from "../src/models/load.ts";
import { resolveModel } from "../src/models/resolve.ts";
import { stream } from "../src/random/stream.ts";
import { loadTokenizer } from "../src/tokenizer/load.ts";
import { createLearner } from "../src/training/learner.ts";

const { values: options } = parseArgs({
  options: { device: { type: "string", default: "gpu" }, json: { type: "boolean", default: false } },
});
await initialise();
const backend = device.backend();
if (options.device === "gpu" && backend === "cpu") {
  console.log("gpu-check: skipped, MLX has no GPU here (nothing was compared)");
  process.exit(0);
}

const NEW_TOKENS = 64;
const resolved = await resolveModel("smollm2-135m");
const tokenizer = await loadTokenizer(resolved.path);
const config = v.parse(ConfigSchema, {});
const draw = stream(0, "gpu check");
const text = (length: number) => Array.from({ length }, () => draw.integer(100, 49_000));
const prompts = Array.from({ length: 32 }, () => text(128));
const probe = tokenizer.encode("def fibonacci(n):\n    if n < 2:\n        return n\n    return");
const trajectories = Array.from(
  { length: 16 },
  (_, i): Trajectory => ({
    promptTokens: prompts[i >> 2] ?? [],
    responseTokens: text(32 + 4 * i),
    temperature: 1,
    logProbabilities: new Float32Array(32 + 4 * i),
    reward: i % 2,
    role: "solve",
    type: "deduction",
    group: `${i >> 2}`,
  }),
);

/** What one device computes, and how fast: rates per second. */
async function run(kind: "cpu" | "gpu") {
  using model = await loadModel(resolved, { device: kind });
  const logits = model.logits([probe]).data;
  const generate = (rows: number, maxTokens: number) =>
    new BatchGenerator(model, tokenizer, { slots: rows }).generate(
      prompts.slice(0, rows).map((prompt, seed) => ({
        prompt: rows === 1 ? probe : prompt,
        samples: 1,
        maxTokens,
        temperature: 0,
        seed,
        ignoreEnd: true,
      })),
    );
  await generate(32, 2);
  const greedy = (await generate(1, NEW_TOKENS))[0]?.[0]?.tokens ?? [];
  memory.resetPeak();
  const batch = await rate(32 * NEW_TOKENS, () => generate(32, NEW_TOKENS));
  const single = await rate(NEW_TOKENS, () => generate(1, NEW_TOKENS));
  const { update, metrics } = await learn(model);
  return { logits, greedy, metrics, rates: { batch, single, update }, peakGiB: memory.peak() / 2 ** 30 };
}

/** A LoRA update: what the first found, and tokens per second of the second. */
async function learn(model: LanguageModel) {
  using learner = createLearner(model, { adapter: config.adapter, training: config.training, seed: 0 });
  const { metrics } = await learner.update(trajectories, { step: 1 });
  const tokens = trajectories.reduce((sum, t) => sum + t.promptTokens.length + t.responseTokens.length, 0);
  return { metrics, update: await rate(tokens, () => learner.update(trajectories, { step: 2 })) };
}

async function rate(tokens: number, action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return tokens / ((performance.now() - began) / 1000);
}

const cpu = await run("cpu");
const gpu = await run(options.device === "cpu" ? "cpu" : "gpu");

/** Largest difference of the logits, over their spread: half-precision scales and sums cost some. */
function difference(a: Float32Array, b: Float32Array): number {
  const most = a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] as number))), 0);
  const mean = a.reduce((sum, x) => sum + x, 0) / a.length;
  return most / Math.sqrt(a.reduce((sum, x) => sum + (x - mean) ** 2, 0) / a.length);
}

const sameGreedy = gpu.greedy.findIndex((token, i) => token !== cpu.greedy[i]);
const checks = [
  {
    what: "logits, largest difference over their deviation",
    found: difference(cpu.logits, gpu.logits),
    limit: 0.05,
  },
  {
    what: "greedy tokens until they part",
    found: sameGreedy < 0 ? NEW_TOKENS : sameGreedy,
    limit: 8,
    least: true,
  },
  ...["gradient_norm", "entropy"].map((name) => ({
    what: `${name} of a LoRA update, relative difference`,
    found: Math.abs((gpu.metrics[name] as number) / (cpu.metrics[name] as number) - 1),
    limit: 0.05,
  })),
].map((check) => ({
  ...check,
  good: "least" in check ? check.found >= check.limit : check.found <= check.limit,
}));

const facts = { backend, mlx: device.mlxVersion(), compared: options.device };
if (options.json) {
  const rates = { cpu: cpu.rates, [options.device]: gpu.rates };
  console.log(JSON.stringify({ ...facts, checks, rates, peakGiB: gpu.peakGiB }, null, 2));
} else {
  const style = { head: [], border: [] };
  const parity = new Table({ head: ["parity", "found", "limit", ""], style });
  for (const { what, found, limit, good } of checks)
    parity.push([what, found.toPrecision(3), `${limit}`, good ? "ok" : "DIFFERS"]);
  const speed = new Table({ head: ["tokens/s", "cpu", options.device, "ratio"], style });
  for (const work of ["batch", "single", "update"] as const)
    speed.push([
      { batch: "generation, batch 32", single: "generation, batch 1", update: "LoRA update" }[work],
      cpu.rates[work].toFixed(1),
      gpu.rates[work].toFixed(1),
      `${(gpu.rates[work] / cpu.rates[work]).toFixed(2)}x`,
    ]);
  console.log(`${parity}\n${speed}`);
  console.error(JSON.stringify(facts));
}
process.exit(checks.every(({ good }) => good) ? 0 : 1);
