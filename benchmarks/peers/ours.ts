/** Our side of a comparison: `bun ours.ts WORK.json`, figures as JSON on standard output, as the peers' scripts. */
import * as v from "valibot";
import { ConfigSchema } from "../../src/config/schema.ts";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import { prefill } from "../../src/generation/prefill.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { device, dispose, evaluate, initialise, MxArray, mx } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { loadModel } from "../../src/models/load.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { createLearner } from "../../src/training/learner.ts";
import type { Work } from "./work.ts";

const work: Work = await Bun.file(process.argv[2] as string).json();
await initialise();
device.setDefault("cpu");
device.blasThreads(work.threads);

/** Seconds of the fastest of several runs. */
async function best(action: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < work.runs; run++) {
    const began = performance.now();
    await action();
    times.push((performance.now() - began) / 1000);
  }
  return Math.min(...times);
}

async function generate(model: LanguageModel, path: string) {
  const { prompts = [], newTokens = 0 } = work;
  const generator = new BatchGenerator(model, await loadTokenizer(path), { slots: prompts.length });
  const run = (maxTokens: number) =>
    generator.generate(
      prompts.map((prompt, seed) => ({
        prompt,
        samples: 1,
        maxTokens,
        temperature: 0,
        seed,
        ignoreEnd: true,
      })),
    );
  await run(1);
  return { tokens: prompts.length * newTokens, seconds: await best(() => run(newTokens)) };
}

async function prefillOne(model: LanguageModel) {
  const [prompt = []] = work.prompts ?? [];
  const run = () => {
    const { layers, logits } = prefill(model, prompt);
    evaluate(logits);
    dispose([layers, logits]);
  };
  run();
  return { tokens: prompt.length, seconds: await best(run) };
}

async function update(model: LanguageModel) {
  const config = v.parse(ConfigSchema, {});
  const training = {
    ...config.training,
    gradient_checkpointing: false,
    tokens_per_microbatch: work.tokensPerMicrobatch ?? config.training.tokens_per_microbatch,
  };
  using learner = createLearner(model, { adapter: config.adapter, training, seed: 0 });
  const batch = trajectories();
  let step = 0;
  const run = () => learner.update(batch, { step: ++step });
  await run();
  const tokens = batch.reduce((sum, t) => sum + t.promptTokens.length + t.responseTokens.length, 0);
  return { tokens, seconds: await best(run) };
}

function trajectories(): Trajectory[] {
  const rollouts =
    work.work === "dense"
      ? (work.rows ?? []).map(([first = 0, ...rest], i) => ({
          prompt: [first],
          response: rest,
          advantage: i % 2,
        }))
      : (work.rollouts ?? []);
  return rollouts.map(({ prompt, response, advantage }) => ({
    promptTokens: prompt,
    responseTokens: response,
    temperature: 1,
    logProbabilities: new Float32Array(response.length),
    reward: advantage,
    role: "solve",
    type: "deduction",
    group: prompt.join(),
  }));
}

async function addSmall() {
  const calls = work.calls ?? 0;
  using a = MxArray.from([1, 2]);
  using b = MxArray.from([3, 4]);
  evaluate(a, b);
  const seconds = await best(() => {
    for (let call = 0; call < calls; call++) mx.add(a, b).dispose();
  });
  return { tokens: calls, seconds };
}

async function measured() {
  if (work.work === "binding") return await addSmall();
  const resolved = await resolveModel(work.model as string);
  using model = await loadModel(resolved, { device: "cpu" });
  if (work.work === "generation") return await generate(model, resolved.path);
  return work.work === "prefill" ? await prefillOne(model) : await update(model);
}

console.log(JSON.stringify(await measured()));
