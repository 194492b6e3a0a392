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

for (const rows of [4, 8]) {
  for (const checkpointing of [true, false]) {
    test(
      `a LoRA update of ${rows * 256} tokens, ${checkpointing ? "with" : "without"} checkpointing`,
      () => compareUpdate(model, rows, checkpointing),
      600_000,
    );
  }
}

test("generation, batch 32", () => compareGeneration(model, 32), 300_000);
