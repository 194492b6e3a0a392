import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import type { GenerationProgress, GenerationRequest, Sample } from "../../src/interfaces/generator.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { initialise, liveArrays, mx } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { expectClose } from "../mlx/live-arrays.ts";
import { GOLDENS, LOAD_TIMEOUT, loadSmolLM2 } from "../models/smollm2.ts";

let model: LanguageModel;
let tokenizer: Tokenizer;
let generator: BatchGenerator;
let before = 0;
beforeAll(async () => {
  await initialise();
  model = await loadSmolLM2();
  tokenizer = await loadTokenizer((await resolveModel("smollm2-135m")).path);
  generator = new BatchGenerator(model, tokenizer);
}, LOAD_TIMEOUT);
beforeEach(() => {
  before = liveArrays();
});
afterEach(() => expect(liveArrays() - before, "arrays left over").toBe(0));
afterAll(() => model[Symbol.dispose]());

const request = (settings: Partial<GenerationRequest>): GenerationRequest => ({
  prompt: tokenizer.encode("def add(a, b):\n"),
  samples: 1,
  maxTokens: 16,
  temperature: 1,
  seed: 7,
  ...settings,
});

async function one(settings: Partial<GenerationRequest>): Promise<Sample> {
  return ((await generator.generate([request(settings)]))[0] as Sample[])[0] as Sample;
}

/** The golden's tokens up to and with the first end token. */
function untilEnd(tokens: number[]): number[] {
  const end = tokens.findIndex((token) => tokenizer.endTokens.has(token));
  return end < 0 ? tokens : tokens.slice(0, end + 1);
}

test("greedy tokens are mlx-lm's, 64 of them, all prompts in one batch", async () => {
  const requests = GOLDENS.map(({ prompt }) => request({ prompt, maxTokens: 64, temperature: 0 }));
  const samples = await generator.generate(requests);
  GOLDENS.forEach(({ greedy, name }, i) => {
    expect(samples[i]?.[0]?.tokens, name).toEqual(untilEnd(greedy));
  });
}, 120_000);

test("a request alone gives what it gives in a batch, with fewer slots and whatever its neighbours", async () => {
  const requests = GOLDENS.map(({ prompt }, i) =>
    request({ prompt, samples: 3, maxTokens: 12 + 3 * i, seed: 100 + i }),
  );
  const batch = await generator.generate(requests);
  const narrow = await new BatchGenerator(model, tokenizer, { slots: 4 }).generate(requests);
  const reversed = (await generator.generate(requests.toReversed())).toReversed();
  const tokens = (samples: Sample[][]) => samples.map((group) => group.map((sample) => sample.tokens));
  expect(tokens(narrow)).toEqual(tokens(batch));
  expect(tokens(reversed)).toEqual(tokens(batch));
  const alone = await generator.generate([requests[2] as GenerationRequest]);
  expect(tokens(alone)).toEqual(tokens([batch[2] as Sample[]]));
}, 120_000);

test("the samples of a group differ, and the same seed draws them again", async () => {
  const [first, second] = [
    await generator.generate([request({ samples: 4 })]),
    await generator.generate([request({ samples: 4 })]),
  ];
  expect(second).toEqual(first);
  const texts = new Set((first[0] as Sample[]).map(({ tokens }) => tokens.join()));
  expect(texts.size).toBe(4);
  const rest = await generator.generate([request({ samples: 2, firstSample: 2 })]);
  expect(rest[0]?.map(({ tokens }) => tokens)).toEqual(
    (first[0] as Sample[]).slice(2).map(({ tokens }) => tokens),
  );
  const other = await generator.generate([request({ samples: 4, seed: 8 })]);
  expect(other[0]?.[0]?.tokens).not.toEqual(first[0]?.[0]?.tokens as number[]);
}, 60_000);

test("log-probabilities are the log-softmax of an uncached forward pass, whatever the temperature", async () => {
  for (const temperature of [0, 1, 0.7]) {
    const { prompt } = request({});
    const sample = await one({ temperature, topP: 0.9 });
    const { data, shape } = model.logits([[...prompt, ...sample.tokens]]);
    const width = shape[2] as number;
    sample.tokens.forEach((token, i) => {
      const start = (prompt.length - 1 + i) * width;
      const row = data.subarray(start, start + width);
      const most = row.reduce((a, b) => Math.max(a, b));
      const total = row.reduce((sum, x) => sum + Math.exp(x - most), 0);
      const expected = (row[token] as number) - most - Math.log(total);
      expect(Math.abs((sample.logProbabilities[i] as number) - expected)).toBeLessThan(2e-3);
    });
  }
}, 60_000);

test("a stop string ends the text, across the boundaries of tokens too", async () => {
  const prompt = GOLDENS[0]?.prompt as number[];
  const whole = await one({ prompt, temperature: 0, maxTokens: 24 });
  expect(whole.text).toContain("if n == 0:\n        return 1");
  const stopped = await one({
    prompt,
    temperature: 0,
    maxTokens: 24,
    stop: ["never seen", "0:\n        ret"],
  });
  expect(stopped.finish).toBe("stop");
  expect(stopped.text).toBe(whole.text.slice(0, whole.text.indexOf("0:\n        ret")));
  expect(tokenizer.decode(stopped.tokens)).toStartWith(`${stopped.text}0:\n        ret`);
  expect(stopped.tokens.length).toBeLessThan(whole.tokens.length);
}, 60_000);

test("an end token ends a sample and stays out of its text", async () => {
  const prompt = tokenizer.encodeChat([{ role: "user", content: "Answer with the single word: yes" }]);
  const sample = await one({ prompt, temperature: 0, maxTokens: 60 });
  expect(sample.finish).toBe("end");
  expect(tokenizer.endTokens.has(sample.tokens.at(-1) as number)).toBe(true);
  expect(sample.text).not.toContain("<|im_end|>");
  expect(sample.logProbabilities.length).toBe(sample.tokens.length);
}, 60_000);

test("top-k of 1, a tiny nucleus and a min-p of 1 are greedy", async () => {
  const greedy = await one({ temperature: 0 });
  for (const filter of [{ topK: 1 }, { topP: 1e-6 }, { minP: 1 }]) {
    expect((await one(filter)).tokens).toEqual(greedy.tokens);
  }
}, 60_000);

test("a prompt longer than a chunk of prefill gives the logits of one pass", async () => {
  const prompt = Array.from({ length: 700 }, (_, i) => 1000 + ((i * 7919) % 20000));
  const sample = await one({ prompt, temperature: 0, maxTokens: 1 });
  const { data } = model.logits([prompt]);
  const row = data.subarray(699 * 49152);
  expect(sample.tokens[0]).toBe(row.indexOf(row.reduce((a, b) => Math.max(a, b))));
}, 60_000);

test("an abort ends generation at once; what was unfinished says so", async () => {
  const abort = new AbortController();
  const progress: GenerationProgress[] = [];
  const requests = [
    request({ samples: 2, maxTokens: 1 }),
    request({ samples: 40, maxTokens: 4000, temperature: 0.5 }),
  ];
  const finished: string[] = [];
  const samples = await generator.generate(requests, {
    signal: abort.signal,
    onSample: (index, sample, { finish }) => finished.push(`${index}.${sample} ${finish}`),
    onProgress: (value) => {
      progress.push(value);
      if (value.tokens > 60) abort.abort();
    },
  });
  expect(finished.slice(0, 2)).toEqual(["0.0 length", "0.1 length"]);
  expect(samples[0]?.map(({ finish }) => finish)).toEqual(["length", "length"]);
  expect(samples[1]?.length).toBe(40);
  expect(samples[1]?.[39]).toMatchObject({ tokens: [], text: "", finish: "aborted" });
  expect(samples[1]?.[0]?.finish).toBe("aborted");
  expect(samples[1]?.[0]?.tokens.length).toBeGreaterThan(0);
  expect(progress.at(-1)).toMatchObject({ total: 42 });
}, 60_000);

test("prompts that begin alike give what each gives alone; what they share is run through the model once", async () => {
  const heading = GOLDENS.flatMap(({ prompt }) => prompt).slice(0, 120);
  const endings = [" 1 +", " 2 *", "\n\nfor i in", "\n\nfor j in range"].map((text) =>
    tokenizer.encode(text),
  );
  const requests = [
    request({ maxTokens: 8 }),
    ...endings.map((ending, i) =>
      request({ prompt: [...heading, ...ending], samples: 2, maxTokens: 8, seed: i }),
    ),
  ];
  let read = 0;
  const together = await generator.generate(requests, {
    onProgress: ({ promptTokens }) => {
      read = promptTokens;
    },
  });
  expect(read).toBe([request({}).prompt, heading, ...endings].reduce((sum, { length }) => sum + length, 0));
  for (const [i, each] of requests.entries()) {
    const [alone] = await generator.generate([each]);
    expect(alone?.map(({ tokens }) => tokens)).toEqual(
      together[i]?.map(({ tokens }) => tokens) as number[][],
    );
  }
}, 60_000);

test("looking a step ahead draws the same tokens with the same log-probabilities", async () => {
  const requests = GOLDENS.slice(0, 3).flatMap(({ prompt }, i) => [
    request({ prompt, samples: 3, maxTokens: 6 + 5 * i, seed: i, topP: 0.95 }),
    request({ prompt, maxTokens: 12, seed: i, repetitionPenalty: 1.5, repetitionWindow: 1 + 3 * i }),
    request({ prompt, maxTokens: 12, temperature: 0, repetitionPenalty: 1.3, stop: ["return", "\n\n"] }),
  ]);
  // Fewer places than samples: rows end and begin while steps are under way.
  const by = (lookAhead: 0 | 1) =>
    new BatchGenerator(model, tokenizer, { slots: 6, lookAhead }).generate(requests);
  const [ahead, sequential] = [await by(1), await by(0)];
  ahead.flat().forEach((sample, i) => {
    const { logProbabilities, temperedLogProbabilities, samplingLogProbabilities, ...rest } =
      sequential.flat()[i] as Sample;
    expect(sample).toMatchObject(rest);
    // A place is filled a step later, so rows meet in other batches: equal to rounding.
    expectClose(sample.logProbabilities, logProbabilities, 1e-4);
    expectClose(sample.temperedLogProbabilities, temperedLogProbabilities, 1e-4);
    expectClose(sample.samplingLogProbabilities, samplingLogProbabilities, 1e-4);
  });
  expect(new Set(ahead.flat().map(({ finish }) => finish))).toEqual(new Set(["length", "stop", "end"]));
}, 60_000);

test("an abort ends a long prompt between its pieces", async () => {
  const abort = new AbortController();
  let read = 0;
  const [samples] = await generator.generate(
    [request({ prompt: Array.from({ length: 3000 }, (_, i) => 1000 + i) })],
    {
      signal: abort.signal,
      onProgress: ({ promptTokens }) => {
        read = promptTokens;
        abort.abort();
      },
    },
  );
  expect(read).toBe(256);
  expect(samples?.[0]).toMatchObject({ tokens: [], finish: "aborted" });
}, 60_000);

test("logits that are not finite are an error that names the token", async () => {
  let passes = 0;
  const broken = changed({
    head: (states) => {
      passes += 1;
      return passes < 3 ? model.head(states) : mx.multiply(model.head(states), Number.NaN);
    },
  });
  await expect(new BatchGenerator(broken, tokenizer).generate([request({ topP: 0.9 })])).rejects.toThrow(
    "token 3 of sample 0 of request 0: its logits hold NaN or infinity",
  );
}, 60_000);

/** The model with some of its parts replaced. */
function changed(parts: Partial<LanguageModel>): LanguageModel {
  return {
    config: model.config,
    layers: model.layers,
    parts: model.parts,
    attention: model.attention,
    embed: (tokens, positions) => model.embed(tokens, positions),
    head: (states) => model.head(states),
    logits: (tokens) => model.logits(tokens),
    [Symbol.dispose]: () => undefined,
    ...parts,
  };
}

test("a prompt that fills the context is refused; a sample ends where the context does", async () => {
  const fill = new Array<number>(8192).fill(1000);
  await expect(one({ prompt: fill })).rejects.toThrow("a prompt of 8192 tokens: this model takes 1 to 8191");
  await expect(one({ prompt: [] })).rejects.toThrow("a prompt of 0 tokens");
  const short = changed({ config: { ...model.config, contextLength: 20 } });
  const [samples] = await new BatchGenerator(short, tokenizer).generate([
    request({ prompt: fill.slice(0, 15), maxTokens: 50, temperature: 0 }),
  ]);
  expect(samples?.[0]).toMatchObject({ finish: "length" });
  expect(samples?.[0]?.tokens.length).toBe(5);
}, 60_000);
