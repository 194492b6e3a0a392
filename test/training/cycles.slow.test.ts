import { expect, test } from "bun:test";
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import { liveArrays } from "../../src/mlx/index.ts";
import { createLearner } from "../../src/training/learner.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { withMlx } from "../mlx/live-arrays.ts";
import { smallLlama } from "./small-llama.ts";

/** Memory over many steps of what a run does: generate, then learn from what was generated. */
withMlx();

const CYCLES = 1000;
/** Caches, threads and the compiled JavaScript settle before this cycle. */
const SETTLED = 300;
const EVERY = 20;

/** Bytes a cycle by which values grow, by least squares over [cycle, bytes] points. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const [x, y] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const covariance = mean(points.map(([a, b]) => (a - x) * (b - y)));
  return covariance / mean(points.map(([a]) => (a - x) ** 2));
}

test(
  "resident memory and live arrays stay flat over 1,000 cycles of generation and update",
  async () => {
    const config = v.parse(ConfigSchema, {});
    using model = smallLlama();
    using learner = createLearner(model, { adapter: config.adapter, training: config.training, seed: 1 });
    const generator = new BatchGenerator(model, byteTokenizer, { slots: 8 });
    const resident: [number, number][] = [];
    const arrays = new Set<number>();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const requests = [0, 1].map((i) => ({
        prompt: Array.from({ length: 8 + ((cycle + 5 * i) % 16) }, (_, t) => (7 * t + cycle) % 97),
        samples: 4,
        maxTokens: 4 + (cycle % 9),
        temperature: 1,
        seed: 2 * cycle + i,
        ignoreEnd: true,
      }));
      const samples = await generator.generate(requests);
      const batch = samples.flatMap((group, r) =>
        group.map(({ tokens, temperedLogProbabilities }, i) => ({
          promptTokens: requests[r]?.prompt ?? [],
          responseTokens: tokens,
          temperature: 1,
          logProbabilities: temperedLogProbabilities,
          reward: i % 2,
          role: "solve" as const,
          type: "deduction" as const,
          group: `${r}`,
        })),
      );
      await learner.update(batch, { step: cycle + 1 });
      if (cycle < SETTLED || cycle % EVERY > 0) continue;
      arrays.add(liveArrays());
      Bun.gc(true);
      resident.push([cycle, process.memoryUsage.rss()]);
    }
    const grown = (slope(resident) * (CYCLES - SETTLED)) / 2 ** 20;
    console.log(
      `${((resident.at(-1)?.[1] ?? 0) / 2 ** 20).toFixed(0)} MiB at the end, ${grown.toFixed(1)} MiB grown`,
    );
    expect(arrays.size).toBe(1);
    expect(grown).toBeLessThan(16);
  },
  20 * 60_000,
);
