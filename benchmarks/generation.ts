#!/usr/bin/env bun
/**
 * Generation with SmolLM2-135M: tokens per second of prefill, of one sequence, of 32 sequences with prompts of
 * their own, and of a group of 32 samples of one prompt; prompts of 128 tokens, `--tokens` new ones each. Then
 * where a decoding step's time goes, as the best of several runs of each part.
 *
 *   bun benchmarks/generation.ts [--tokens 64] [--threads 2] [--model NAME] [--json]
 *
 * A table, or JSON with --json. Compare figures of an idle machine only: the load is printed beside them.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { BatchGenerator } from "../src/generation/batch-generator.ts";
import { KeyValueCache } from "../src/generation/key-value-cache.ts";
import { prefill } from "../src/generation/prefill.ts";
import { draw as drawTokens, type RowSampling } from "../src/generation/sampler.ts";
import type { GenerationRequest } from "../src/interfaces/generator.ts";
import { device, dispose, evaluate, initialise, MxArray, memory, scope } from "../src/mlx/index.ts";
import { loadModel } from "../src/models/load.ts";
import { resolveModel } from "../src/models/resolve.ts";
import { stream } from "../src/random/stream.ts";
import { loadTokenizer } from "../src/tokenizer/load.ts";

const { values: options } = parseArgs({
  options: {
    tokens: { type: "string", default: "64" },
    threads: { type: "string", default: String(cpus().length) },
    model: { type: "string", default: "smollm2-135m" },
    json: { type: "boolean", default: false },
  },
});
const NEW_TOKENS = Number(options.tokens);
const PROMPT = 128;
const ROWS = 32;
const RUNS = 8;
const OPEN: RowSampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

await initialise();
device.blasThreads(Number(options.threads));
const resolved = await resolveModel(options.model);
const began = performance.now();
const model = await loadModel(resolved, { device: "cpu" });
const loadSeconds = (performance.now() - began) / 1000;
const tokenizer = await loadTokenizer(resolved.path);
const generator = new BatchGenerator(model, tokenizer, { slots: ROWS });

const draw = stream(0, "generation benchmark");
const prompt = () => Array.from({ length: PROMPT }, () => draw.integer(100, 49_000));
const request = (samples: number, seed: number): GenerationRequest => ({
  prompt: prompt(),
  samples,
  maxTokens: NEW_TOKENS,
  temperature: 1,
  ignoreEnd: true,
  seed,
});

interface Work {
  work: string;
  tokens: number;
  seconds: number;
  tokensPerSecond: number;
  /** Of new tokens, leaving prefill out. */
  decodingPerSecond: number | null;
  peakMiB: number;
}

async function generation(work: string, requests: GenerationRequest[]): Promise<Work> {
  memory.resetPeak();
  const start = performance.now();
  const samples = await generator.generate(requests);
  const seconds = (performance.now() - start) / 1000;
  const tokens = samples.flat().reduce((sum, one) => sum + one.tokens.length, 0);
  const decoding = seconds - requests.length * prefillSeconds;
  return {
    work,
    tokens,
    seconds,
    tokensPerSecond: tokens / seconds,
    decodingPerSecond: tokens / decoding,
    peakMiB: memory.peak() / 2 ** 20,
  };
}

/** Best of several runs, seconds. */
function best(action: () => void): number {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    action();
    return (performance.now() - start) / 1000;
  });
  return Math.min(...times);
}

function prefilled() {
  const result = prefill(model, prompt());
  evaluate(result.layers, result.logits);
  return result;
}
const release = ({ layers, logits }: ReturnType<typeof prefilled>) => dispose([layers, logits]);
memory.resetPeak();
const prefillSeconds = best(() => release(prefilled()));
const works: Work[] = [
  {
    work: `prefill of ${PROMPT}`,
    tokens: PROMPT,
    seconds: prefillSeconds,
    tokensPerSecond: PROMPT / prefillSeconds,
    decodingPerSecond: null,
    peakMiB: memory.peak() / 2 ** 20,
  },
  await generation("batch 1", [request(1, 1)]),
  await generation(
    `batch ${ROWS}`,
    Array.from({ length: ROWS }, (_, i) => request(1, i)),
  ),
  await generation(`group of ${ROWS}`, [request(ROWS, 1)]),
];

/** Milliseconds of each part of a step that decodes one token of `rows` sequences. */
function stepParts(rows: number): Record<string, number> {
  using cache = new KeyValueCache(model.config);
  const start = prefilled();
  cache.reserve(rows, PROMPT);
  cache.put(
    Array.from({ length: rows }, (_, row) => row),
    start,
  );
  release(start);
  const ids = new Int32Array(rows).fill(1000);
  const layers = best(() =>
    scope(() => {
      const context = cache.nextToken();
      const states = model.embed(MxArray.from(ids, [rows, 1]), context.offset);
      evaluate(model.layers.reduce((x, layer) => layer.forward(x, context), states));
    }),
  );
  const products = best(() =>
    scope(() => {
      const widths = new Map<number, MxArray>();
      const input = (width: number) => {
        const known = widths.get(width) ?? MxArray.from(new Float32Array(rows * width), [rows, 1, width]);
        widths.set(width, known);
        return known;
      };
      evaluate(
        model.layers.flatMap(({ projections }) =>
          Object.values(projections).map((each) => each.forward(input(each.inputs))),
        ),
      );
    }),
  );
  return scope(() => {
    const { hiddenSize: D, vocabularySize: V } = model.config;
    const states = MxArray.from(new Float32Array(rows * D), [rows, 1, D]);
    const logits = MxArray.from(
      Float32Array.from({ length: rows * V }, (_, i) => Math.sin(i)),
      [rows, V],
    );
    const head = best(() => scope(() => evaluate(model.head(states))));
    const sampling = best(() =>
      scope(() => evaluate({ ...drawTokens(logits, new Array(rows).fill(OPEN), new Array(rows).fill(0.5)) })),
    );
    const milliseconds = { products, "attention, norms, rest": layers - products, head, sampling };
    return Object.fromEntries(Object.entries(milliseconds).map(([part, s]) => [part, s * 1000]));
  });
}

const parts = { "1": stepParts(1), [String(ROWS)]: stepParts(ROWS) };
const facts = {
  model: resolved.name,
  threads: Number(options.threads),
  mlx: device.mlxVersion(),
  kernels: device.nativeKernels(),
  load: loadavg()[0],
  loadSeconds,
  weightsMiB: memory.active() / 2 ** 20,
};
if (options.json) console.log(JSON.stringify({ ...facts, works, stepMilliseconds: parts }, null, 2));
else {
  const table = new Table({ head: ["work", "tokens", "s", "tokens/s", "decoding/s", "peak MiB"] });
  for (const row of works) {
    const decoding = row.decodingPerSecond?.toFixed(1) ?? "";
    const figures = [
      row.seconds.toFixed(2),
      row.tokensPerSecond.toFixed(1),
      decoding,
      row.peakMiB.toFixed(0),
    ];
    table.push([row.work, String(row.tokens), ...figures]);
  }
  console.log(JSON.stringify(facts));
  console.log(table.toString());
  const split = new Table({ head: ["rows of a step", ...Object.keys(parts["1"] as object)] });
  for (const [rows, times] of Object.entries(parts)) {
    const total = Object.values(times).reduce((sum, ms) => sum + ms, 0);
    const cell = (ms: number) => `${ms.toFixed(1)} ms, ${((100 * ms) / total).toFixed(0)}%`;
    split.push([rows, ...Object.values(times).map(cell)]);
  }
  console.log(split.toString());
}
model[Symbol.dispose]();
