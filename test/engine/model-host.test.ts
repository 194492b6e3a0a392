import { expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { ModelHost } from "../../src/engine/model-host.ts";
import { EngineError } from "../../src/errors/index.ts";
import type { GenerationProgress, GenerationRequest } from "../../src/interfaces/generator.ts";
import type { Trajectory } from "../../src/interfaces/trajectory.ts";
import { makeConfig, temporaryFolder } from "../runs/fixtures.ts";

function openScripted(pace = 0): Promise<ModelHost> {
  const { adapter, training, seed } = makeConfig();
  return ModelHost.start(new Worker(new URL("./scripted-model-worker.ts", import.meta.url)), {
    path: "scripted",
    name: String(pace),
    format: "gguf",
    device: "auto",
    learner: { adapter, training, seed },
  });
}

const request = (fields: Partial<GenerationRequest> = {}): GenerationRequest => ({
  prompt: [1],
  samples: 2,
  maxTokens: 5,
  temperature: 1,
  seed: 7,
  ...fields,
});

const trajectory: Trajectory = {
  promptTokens: [1],
  responseTokens: [2],
  temperature: 1,
  logProbabilities: new Float32Array([-1]),
  reward: 1,
  role: "solve",
  type: "deduction",
  group: "a",
};

test("samples, progress and memory come from the worker", async () => {
  await using model = await openScripted();
  const seen: [number, number, string][] = [];
  const progress: GenerationProgress[] = [];
  const samples = await model.generate([request(), request({ seed: 8, samples: 1 })], {
    onSample: (r, s, sample) => seen.push([r, s, sample.text]),
    onProgress: (value) => progress.push(value),
  });
  expect(samples.map((group) => group.length)).toEqual([2, 1]);
  expect(seen).toEqual(
    samples.flatMap((group, r) => group.map((s, i): [number, number, string] => [r, i, s.text])),
  );
  expect(samples[0]?.[0]?.logProbabilities).toEqual(new Float32Array(5).fill(-1));
  expect(progress.at(-1)?.tokens).toBe(15);
  expect(model.memory).toEqual({ active: 1000, peak: 2000, cache: 500 });
  expect(model.info.backend).toBe("cpu");
});

test("what was learnt is saved and restored", async () => {
  using folder = temporaryFolder();
  const directory = mkdtempSync(join(folder.path, "checkpoint-"));
  await using model = await openScripted();
  const text = async () => (await model.generate([request()]))[0]?.[0]?.text;
  const [first, result] = [await text(), await model.update([trajectory], { step: 3 })];
  expect(result).toEqual({ metrics: { loss: 0.01 + 1e-6 }, advantages: [1], skipped: false });
  const learnt = await text();
  expect(learnt).not.toBe(first);
  await model.save(directory);
  await model.update([trajectory], { step: 3 });
  expect(await text()).not.toBe(learnt);
  await model.restore(directory);
  expect(await text()).toBe(learnt);
  const { training } = makeConfig({ training: { optimizer: { learning_rate: 0.5 } } });
  await model.configure(training);
  expect((await model.update([trajectory], { step: 3 })).metrics.loss).toBe(0.51);
});

test("an aborted generation ends at once with what there is, and the next one is whole", async () => {
  await using model = await openScripted(2);
  const abort = new AbortController();
  const samples = await model.generate([request({ samples: 3, maxTokens: 1_000_000 })], {
    signal: abort.signal,
    onProgress: ({ tokens }) => tokens === 3 && abort.abort(),
  });
  expect(samples[0]?.map((sample) => sample.finish)).toEqual(["aborted", "aborted", "aborted"]);
  expect((await model.generate([request()]))[0]?.map((sample) => sample.finish)).toEqual(["end", "end"]);
});

test("an aborted update rejects with the reason and changes nothing", async () => {
  await using model = await openScripted(30);
  const before = (await model.generate([request()]))[0]?.[0]?.text;
  const abort = new AbortController();
  const update = model.update([trajectory], {
    step: 3,
    signal: abort.signal,
    onProgress: ({ tokens }) => tokens === 10 && abort.abort(new Error("enough")),
  });
  const error = await update.catch((caught: unknown) => caught);
  expect((error as Error).message).toBe("enough");
  expect((await model.generate([request()]))[0]?.[0]?.text).toBe(before);
});

test("a paused generation stands still until it is resumed; a stop wakes it", async () => {
  await using model = await openScripted(1);
  let tokens = 0;
  const onProgress = (progress: GenerationProgress) => {
    tokens = progress.tokens;
    if (tokens === 3) model.pause();
  };
  const generation = model.generate([request({ samples: 1, maxTokens: 60 })], { onProgress });
  while (tokens < 3) await Bun.sleep(1);
  await Bun.sleep(100);
  const standing = tokens;
  await Bun.sleep(100);
  expect(tokens).toBe(standing);
  model.resume();
  expect((await generation)[0]?.[0]?.tokens.length).toBe(60);
  model.pause();
  const abort = new AbortController();
  const waiting = model.generate([request()], { signal: abort.signal });
  abort.abort();
  expect((await waiting)[0]?.[0]?.finish).toBe("aborted");
  model.resume();
});

test("an error of the worker arrives in its class, with its message and mend; the worker goes on", async () => {
  await using model = await openScripted();
  const error = await model.generate([request({ prompt: [666] })]).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EngineError);
  expect((error as EngineError).message).toBe("[scripted] out of memory");
  expect((error as EngineError).mend).toBe("less");
  expect((await model.generate([request()]))[0]?.length).toBe(2);
});

test("a worker that dies rejects what is under way and what comes later", async () => {
  const model = await openScripted();
  const dying = model.generate([request({ prompt: [667] })]).catch((caught: unknown) => caught);
  expect(await dying).toBeInstanceOf(EngineError);
  expect(await model.generate([request()]).catch((caught: unknown) => caught)).toBeInstanceOf(EngineError);
  await model[Symbol.asyncDispose]();
});
