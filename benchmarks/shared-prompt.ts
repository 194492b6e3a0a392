#!/usr/bin/env bun
/**
 * What sharing a prompt saves, with SmolLM2-135M: eight samples of one prompt of 512 tokens against eight prompts of
 * their own, and against eight that share their first 448 tokens (as few-shot prompts do); `--tokens` new ones each.
 * The kinds take turns; of each the best run counts.
 *
 *   bun benchmarks/shared-prompt.ts [--tokens 32] [--runs 3] [--threads 2] [--model NAME] [--json]
 *
 * "cache" is that of the eight rows, which hold a copy of the prompt each; "peak" the most memory above the weights.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { BatchGenerator } from "../src/generation/batch-generator.ts";
import { KeyValueCache } from "../src/generation/key-value-cache.ts";
import { prefill } from "../src/generation/prefill.ts";
import type { GenerationRequest } from "../src/interfaces/generator.ts";
import { device, dispose, initialise, memory } from "../src/mlx/index.ts";
import { loadModel } from "../src/models/load.ts";
import { resolveModel } from "../src/models/resolve.ts";
import { stream } from "../src/random/stream.ts";
import { loadTokenizer } from "../src/tokenizer/load.ts";

const { values: options } = parseArgs({
  options: {
    tokens: { type: "string", default: "32" },
    runs: { type: "string", default: "3" },
    threads: { type: "string", default: String(cpus().length) },
    model: { type: "string", default: "smollm2-135m" },
    json: { type: "boolean", default: false },
  },
});
const [PROMPT, SHARED, SAMPLES] = [512, 448, 8];

await initialise();
device.blasThreads(Number(options.threads));
const resolved = await resolveModel(options.model);
const model = await loadModel(resolved, { device: "cpu" });
const generator = new BatchGenerator(model, await loadTokenizer(resolved.path), { slots: SAMPLES });
const weights = memory.active();

const draw = stream(0, "shared prompt benchmark");
const tokens = (count: number) => Array.from({ length: count }, () => draw.integer(100, 49_000));
const request = (prompt: number[], samples: number, seed: number): GenerationRequest => ({
  prompt,
  samples,
  maxTokens: Number(options.tokens),
  temperature: 1,
  ignoreEnd: true,
  seed,
});
const heading = tokens(SHARED);
const kinds: Record<string, GenerationRequest[]> = {
  "eight prompts of their own": Array.from({ length: SAMPLES }, (_, i) => request(tokens(PROMPT), 1, i)),
  [`eight prompts that share ${SHARED}`]: Array.from({ length: SAMPLES }, (_, i) =>
    request([...heading, ...tokens(PROMPT - SHARED)], 1, i),
  ),
  "eight samples of one prompt": [request(tokens(PROMPT), SAMPLES, 0)],
};

interface Measured {
  work: string;
  prefillTokens: number;
  prefillSeconds: number;
  seconds: number;
  cacheMiB: number;
  peakMiB: number;
}

async function measure(work: string, requests: GenerationRequest[]): Promise<Measured> {
  let prefillTokens = 0;
  const timed = async (maxTokens: number) => {
    const began = performance.now();
    await generator.generate(
      requests.map((each) => ({ ...each, maxTokens })),
      {
        onProgress: ({ promptTokens }) => {
          prefillTokens = promptTokens;
        },
      },
    );
    return (performance.now() - began) / 1000;
  };
  const prefillSeconds = await timed(1);
  memory.resetPeak();
  const seconds = await timed(Number(options.tokens));
  const peakMiB = (memory.peak() - weights) / 2 ** 20;
  return { work, prefillTokens, prefillSeconds, seconds, cacheMiB: cacheOf(requests), peakMiB };
}

/** MiB. */
function cacheOf(requests: GenerationRequest[]): number {
  using cache = new KeyValueCache(model.config);
  cache.reserve(SAMPLES, PROMPT);
  const prompt = prefill(model, (requests[0] as GenerationRequest).prompt);
  cache.put([0], prompt);
  dispose([prompt.layers, prompt.logits]);
  return cache.bytes / 2 ** 20;
}

const best = new Map<string, Measured>();
for (let run = 0; run < Number(options.runs); run++) {
  for (const [work, requests] of Object.entries(kinds)) {
    const now = await measure(work, requests);
    const before = best.get(work);
    best.set(work, {
      ...now,
      prefillSeconds: Math.min(now.prefillSeconds, before?.prefillSeconds ?? now.prefillSeconds),
      seconds: Math.min(now.seconds, before?.seconds ?? now.seconds),
    });
  }
}
const works = [...best.values()];
const facts = {
  model: resolved.name,
  threads: Number(options.threads),
  mlx: device.mlxVersion(),
  newTokens: Number(options.tokens),
  load: loadavg()[0],
};
if (options.json) console.log(JSON.stringify({ ...facts, works }, null, 2));
else {
  console.log(JSON.stringify(facts));
  const first = works[0] as Measured;
  const table = new Table({
    head: ["work", "tokens prefilled", "prefill s", "ratio", "all s", "ratio", "cache MiB", "peak MiB"],
  });
  for (const row of works) {
    table.push([
      row.work,
      String(row.prefillTokens),
      row.prefillSeconds.toFixed(2),
      (first.prefillSeconds / row.prefillSeconds).toFixed(1),
      row.seconds.toFixed(2),
      (first.seconds / row.seconds).toFixed(1),
      row.cacheMiB.toFixed(0),
      row.peakMiB.toFixed(0),
    ]);
  }
  console.log(table.toString());
}
model[Symbol.dispose]();
