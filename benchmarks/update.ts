#!/usr/bin/env bun
/**
 * One update of LoRA adapters (rank 16 on every projection) of SmolLM2-135M: tokens per second through forward,
 * backward and AdamW. `dense` is eight sequences of 256 tokens, all of them covered by the loss; `ragged` is
 * rollouts of self-play, long masked prompts and short answers of many lengths.
 *
 *   bun benchmarks/update.ts [--repeat 3] [--checkpointing] [--threads 2] [--only dense|ragged] [--json]
 *
 * A table, or JSON with --json. Compare figures of an idle machine only: CPU seconds tell how busy it was.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import * as v from "valibot";
import { ConfigSchema } from "../src/config/schema.ts";
import type { Trajectory } from "../src/interfaces/trajectory.ts";
import { device, initialise, memory } from "../src/mlx/index.ts";
import { loadModel } from "../src/models/load.ts";
import { resolveModel } from "../src/models/resolve.ts";
import { type RandomStream, stream } from "../src/random/stream.ts";
import { createLearner } from "../src/training/learner.ts";

const { values: options } = parseArgs({
  options: {
    repeat: { type: "string", default: "3" },
    checkpointing: { type: "boolean", default: false },
    threads: { type: "string", default: String(cpus().length) },
    only: { type: "string" },
    budget: { type: "string" },
    json: { type: "boolean", default: false },
  },
});

/** A rollout of random ordinary tokens; rewards alternate, so that every group has an advantage. */
function rollout(i: number, promptLength: number, responseLength: number, draw: RandomStream): Trajectory {
  const tokens = (count: number) => Array.from({ length: count }, () => draw.integer(100, 49_000));
  return {
    promptTokens: tokens(promptLength),
    responseTokens: tokens(responseLength),
    temperature: 1,
    logProbabilities: new Float32Array(responseLength).fill(-8),
    reward: i % 2,
    role: "solve",
    type: "deduction",
    group: `group ${i >> 3}`,
  };
}

const draw = stream(0, "update benchmark");
const works: Record<string, Trajectory[]> = {
  dense: Array.from({ length: 8 }, (_, i) => rollout(i, 1, 256, draw)),
  ragged: Array.from({ length: 64 }, (_, i) => rollout(i, draw.integer(40, 240), draw.integer(4, 120), draw)),
};

await initialise();
device.blasThreads(Number(options.threads));
const model = await loadModel(await resolveModel("smollm2-135m"), { device: "cpu" });
const config = v.parse(ConfigSchema, {});
const training = {
  ...config.training,
  gradient_checkpointing: options.checkpointing,
  tokens_per_microbatch: Number(options.budget ?? config.training.tokens_per_microbatch),
};

const results = [];
for (const [work, batch] of Object.entries(works)) {
  if (options.only && options.only !== work) continue;
  using learner = createLearner(model, { adapter: config.adapter, training, seed: 0 });
  memory.resetPeak();
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let metrics: Record<string, number> = {};
  for (let step = 0; step <= Number(options.repeat); step++) {
    const [began, used] = [performance.now(), process.cpuUsage()];
    metrics = (await learner.update(batch, { step })).metrics;
    const { user, system } = process.cpuUsage(used);
    // The first round warms up allocator and threads.
    if (step === 0) continue;
    seconds.push((performance.now() - began) / 1000);
    cpuSeconds.push((user + system) / 1e6);
  }
  const best = Math.min(...seconds);
  results.push({
    work,
    sequences: batch.length,
    tokens: metrics.tokens as number,
    responseTokens: metrics.response_tokens as number,
    computedTokens: metrics.computed_tokens as number,
    microbatches: metrics.microbatches as number,
    seconds,
    cpuSeconds,
    tokensPerSecond: (metrics.tokens as number) / best,
    peakGiB: memory.peak() / 2 ** 30,
  });
}
model[Symbol.dispose]();

const machine = {
  mlx: device.mlxVersion(),
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  threads: Number(options.threads),
  gradientCheckpointing: options.checkpointing,
  loadAverage: loadavg()[0],
};
if (options.json) console.log(JSON.stringify({ machine, results }, null, 2));
else {
  const table = new Table({
    head: [
      "update",
      "sequences",
      "tokens",
      "of them covered",
      "computed",
      "passes",
      "best s",
      "CPU s",
      "tokens/s",
      "peak GiB",
    ],
    style: { head: [], border: [] },
  });
  for (const r of results)
    table.push([
      r.work,
      r.sequences,
      r.tokens,
      r.responseTokens,
      r.computedTokens,
      r.microbatches,
      Math.min(...r.seconds).toFixed(2),
      Math.min(...r.cpuSeconds).toFixed(2),
      r.tokensPerSecond.toFixed(0),
      r.peakGiB.toFixed(2),
    ]);
  console.log(table.toString());
  console.error(JSON.stringify(machine));
}
