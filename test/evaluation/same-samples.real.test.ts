import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { firstProblems } from "../../src/evaluation/benchmark.ts";
import { evaluate, type SamplingSettings } from "../../src/evaluation/evaluate.ts";
import { SampleFile } from "../../src/evaluation/sample-file.ts";
import type { SampleRecord } from "../../src/evaluation/sample-record.ts";
import { BatchGenerator } from "../../src/generation/batch-generator.ts";
import type { Tokenizer } from "../../src/interfaces/tokenizer.ts";
import { initialise, liveArrays } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { loadTokenizer } from "../../src/tokenizer/load.ts";
import { LOAD_TIMEOUT, loadSmolLM2 } from "../models/smollm2.ts";
import { temporaryFolder } from "../runs/fixtures.ts";
import { sampleBenchmark } from "./samples-of.ts";

setDefaultTimeout(240_000);
const folder = temporaryFolder();
let model: LanguageModel;
let tokenizer: Tokenizer;
beforeAll(async () => {
  await initialise();
  model = await loadSmolLM2();
  tokenizer = await loadTokenizer((await resolveModel("smollm2-135m")).path);
}, LOAD_TIMEOUT);
afterAll(() => {
  model[Symbol.dispose]();
  folder[Symbol.dispose]();
});

const rows = ["cups", "plates", "lids"].map((things, i) => ({
  question: `In a long row of old shelves behind the counter, where the morning light falls through two windows, Mara keeps what she sells in boxes of one size, and she counts them every week. A box holds ${i + 3} rows of ${2 * i + 5} ${things}. How many ${things} are there in ${i + 2} boxes?`,
  answer: `#### ${(i + 3) * (2 * i + 5) * (i + 2)}`,
}));
let files = 0;

/** Samples of the first problems, whose prompts begin with the same fifty tokens. */
async function samplesOf(
  part: { limit: number; slots: number } & Pick<SamplingSettings, "samples" | "temperature">,
) {
  const { limit, slots, samples, temperature } = part;
  const benchmark = firstProblems(await sampleBenchmark(folder.path, "gsm8k", {}, rows), limit);
  const records = await evaluate({
    ...{ benchmark, tokenizer, executor: null },
    generator: new BatchGenerator(model, tokenizer, { slots }),
    settings: { samples, temperature, topP: 1, maxTokens: 16, seed: 11 },
    file: await SampleFile.open(join(folder.path, `${files++}.jsonl`)),
  });
  return records.map(({ task_id, sample, completion }: SampleRecord) => [task_id, sample, completion]);
}

test("a seed gives the same samples whatever the batch, the number of problems and of samples", async () => {
  const before = liveArrays();
  const warm = { samples: 3, temperature: 0.8 };
  const all = await samplesOf({ limit: 3, slots: 9, ...warm });
  expect(new Set(all.map(([, , completion]) => completion)).size).toBeGreaterThan(3);
  expect(await samplesOf({ limit: 3, slots: 2, ...warm })).toEqual(all);
  expect(await samplesOf({ limit: 1, slots: 9, ...warm })).toEqual(all.slice(0, 3));
  const first = all.filter(([, sample]) => sample === 0);
  expect(await samplesOf({ limit: 3, slots: 9, ...warm, samples: 1 })).toEqual(first);
  const greedy = { samples: 1, temperature: 0 };
  const each = await samplesOf({ limit: 3, slots: 9, ...greedy });
  expect(await samplesOf({ limit: 2, slots: 1, ...greedy })).toEqual(each.slice(0, 2));
  expect(liveArrays() - before, "arrays left over").toBe(0);
});
