import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { initialise, liveArrays } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { loadModel } from "../../src/models/load.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { GOLDENS, LOAD_TIMEOUT, loadSmolLM2 } from "./smollm2.ts";

let model: LanguageModel;
let before = 0;
let atStart = 0;
beforeAll(async () => {
  await initialise();
  atStart = liveArrays();
  model = await loadSmolLM2();
}, LOAD_TIMEOUT);
beforeEach(() => {
  before = liveArrays();
});
afterEach(() => expect(liveArrays() - before, "arrays left over").toBe(0));
afterAll(() => {
  model[Symbol.dispose]();
  expect(liveArrays()).toBe(atStart);
});

/** One row of logits, in float64. */
function statistics(row: Float32Array): { mean: number; deviation: number; logSumExp: number } {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  const most = row.reduce((a, b) => Math.max(a, b));
  const total = row.reduce((sum, x) => sum + Math.exp(x - most), 0);
  return { mean, deviation: Math.sqrt(variance), logSumExp: most + Math.log(total) };
}

test("the configuration is SmolLM2's", () => {
  const { config } = model;
  expect([config.layers, config.hiddenSize, config.heads, config.keyValueHeads]).toEqual([30, 576, 9, 3]);
  expect([config.vocabularySize, config.contextLength, config.tiedEmbedding]).toEqual([49152, 8192, true]);
});

test.each(GOLDENS)("logits are mlx-lm's: $name", ({ prompt, positions }) => {
  const { shape, data } = model.logits([prompt]);
  expect(shape).toEqual([1, prompt.length, 49152]);
  for (const golden of positions) {
    const row = data.subarray(golden.position * 49152, (golden.position + 1) * 49152);
    golden.ids.forEach((id, i) => {
      expect(Math.abs((row[id] as number) - (golden.logits[i] as number))).toBeLessThan(1e-3);
    });
    const found = statistics(row);
    for (const key of ["mean", "deviation", "logSumExp"] as const) {
      expect(Math.abs(found[key] - golden[key]), key).toBeLessThan(1e-3);
    }
  }
});

test("an id outside the vocabulary is refused", () => {
  expect(() => model.logits([[1, 300_000_000]])).toThrow("token 300000000: the model has 49152 tokens");
  expect(() => model.logits([[-1]])).toThrow(RangeError);
});

test("padding at the right and neighbours in the batch change nothing", () => {
  const [a, b] = [GOLDENS[2]?.prompt as number[], GOLDENS[3]?.prompt as number[]];
  const length = Math.max(a.length, b.length);
  const padded = [a, b].map((ids) => [...ids, ...new Array<number>(length - ids.length).fill(0)]);
  const together = model.logits(padded).data;
  [a, b].forEach((ids, row) => {
    const alone = model.logits([ids]).data;
    const start = row * length * 49152;
    let largest = 0;
    for (let i = 0; i < alone.length; i++) {
      largest = Math.max(largest, Math.abs((alone[i] as number) - (together[start + i] as number)));
    }
    expect(largest).toBeLessThan(1e-3);
  });
});

test("a truncated file is a ModelLoadError, and leaves nothing behind", async () => {
  const { path } = await resolveModel("smollm2-135m");
  const directory = await mkdtemp(join(tmpdir(), "azr-model-"));
  const cut = join(directory, "cut.gguf");
  try {
    await writeFile(cut, new Uint8Array(await Bun.file(path).slice(0, 5_000_000).arrayBuffer()));
    for (const attempt of [
      () => resolveModel(cut),
      () => loadModel({ path: cut, name: "cut", format: "gguf" }),
    ]) {
      const error = await attempt().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ModelLoadError);
      expect((error as Error).message).toContain("ends at byte");
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
