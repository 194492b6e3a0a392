import { afterAll, beforeAll, expect, test } from "bun:test";
import { initialise, liveArrays } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { compareGeneration, compareUpdate } from "./measured-memory.ts";
import { LOAD_TIMEOUT, loadSmolLM2 } from "./smollm2.ts";

let model: LanguageModel;
let atStart = 0;
beforeAll(async () => {
  await initialise();
  atStart = liveArrays();
  model = await loadSmolLM2();
}, LOAD_TIMEOUT);
afterAll(() => {
  model[Symbol.dispose]();
  expect(liveArrays()).toBe(atStart);
});

test("generation, batch 8", () => compareGeneration(model, 8), 300_000);

test("a LoRA update of 512 tokens", () => compareUpdate(model, 2, true), 300_000);
