import { writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServedModel } from "../../src/engine/model-service.ts";
import { EngineError, ModelLoadError } from "../../src/errors/index.ts";
import type { Sample } from "../../src/interfaces/generator.ts";
import { stream } from "../../src/random/stream.ts";

/**
 * A model for tests: each sample's tokens are draws from (seed, sample, weight), a few milliseconds each, and an
 * update adds the batch's rewards to its one weight. So what it says depends on everything that it learnt.
 * `pace` is the milliseconds of one token; a prompt of token 666 fails.
 */
export function scriptedModel(pace: number, learningRate = 0): ServedModel {
  let rate = learningRate;
  let weight = 0;
  let saves = 0;
  return {
    info: {
      name: "scripted",
      path: "scripted",
      architecture: "none",
      layers: 1,
      contextLength: 100,
      backend: "cpu",
      promptStyle: null,
      runtime: { MLX: "none" },
    },
    generator: {
      async generate(requests, hooks = {}) {
        const total = requests.reduce((sum, request) => sum + request.samples, 0);
        const all: Sample[][] = [];
        let [finished, tokens] = [0, 0];
        for (const [r, request] of requests.entries()) {
          if (request.prompt[0] === 666) throw new EngineError("[scripted] out of memory", { mend: "less" });
          if (request.prompt[0] === 667) process.exit(9);
          all.push([]);
          for (let s = 0; s < request.samples; s++) {
            const draws = stream(request.seed, s, weight.toFixed(6));
            const sample: Sample = {
              tokens: [],
              text: "",
              logProbabilities: new Float32Array(),
              temperedLogProbabilities: new Float32Array(),
              samplingLogProbabilities: new Float32Array(),
              finish: "end",
            };
            while (sample.tokens.length < request.maxTokens && !hooks.signal?.aborted) {
              if (pace > 0) await Bun.sleep(pace);
              sample.tokens.push(draws.integer(0, 25));
              tokens++;
              hooks.onProgress?.({ finished, total, tokens, promptTokens: 0, tokensPerSecond: 100 });
            }
            if (hooks.signal?.aborted) sample.finish = "aborted";
            sample.text = sample.tokens.map((token) => String.fromCharCode(97 + token)).join("");
            sample.logProbabilities = new Float32Array(sample.tokens.length).fill(-1);
            sample.temperedLogProbabilities = new Float32Array(sample.tokens.length).fill(-1);
            sample.samplingLogProbabilities = new Float32Array(sample.tokens.length).fill(-1);
            finished++;
            all[r]?.push(sample);
            hooks.onSample?.(r, s, sample);
          }
        }
        return all;
      },
    },
    learner: {
      async update(batch, { step, onProgress }) {
        const gain = batch.reduce((sum, trajectory) => sum + trajectory.reward, 0) / 100 + rate;
        for (let pass = 1; pass <= 4; pass++) {
          if (pace > 0) await Bun.sleep(pace);
          onProgress?.({ tokens: pass * 10, total: 40, tokensPerSecond: 50 });
        }
        weight += gain * step;
        return { metrics: { loss: gain }, advantages: batch.map(({ reward }) => reward), skipped: false };
      },
      async begin(directory) {
        weight = Number(await readFile(join(directory, "weight.txt"), "utf8"));
      },
      async fit(batch, { step, onProgress }) {
        for (let pass = 1; pass <= 4; pass++) {
          if (pace > 0) await Bun.sleep(pace);
          onProgress?.({ tokens: pass * 10, total: 40, tokensPerSecond: 50 });
        }
        // Depends on the order of the rows and on everything learnt before.
        for (const { tokens } of batch) weight = (weight * 31 + tokens.reduce((a, b) => a + b, step)) % 1009;
        return { metrics: { loss: weight, examples: batch.length, tokens: 40 }, skipped: false };
      },
      async validate(batch, { onProgress }) {
        onProgress?.({ tokens: 1, total: 1, tokensPerSecond: 1 });
        return { metrics: { loss: weight + batch.length }, skipped: false };
      },
      async configure({ optimizer }) {
        rate = optimizer.learning_rate;
      },
      async save(directory) {
        writeFileSync(join(directory, "weight.txt"), String(weight));
        saves++;
        if (saves === Number(process.env.AZR_TEST_DISK_FULL_AT_SAVE)) {
          throw new Error("ENOSPC: no space left on device, write");
        }
      },
      async restore(directory) {
        const text = await readFile(join(directory, "weight.txt"), "utf8");
        if (Number.isNaN(Number(text))) throw new ModelLoadError("weight.txt is no number");
        weight = Number(text);
      },
    },
    memory: () => ({ active: 1000, peak: 2000, cache: 500 }),
    resetPeak: () => undefined,
    dispose: () => undefined,
  };
}
