import { afterAll, beforeAll, expect, test } from "bun:test";
import { device, initialise, liveArrays, memory } from "../../src/mlx/index.ts";
import type { LanguageModel } from "../../src/models/language-model.ts";
import { heldWeights } from "../../src/models/memory-estimate.ts";
import { readHeaders } from "../../src/models/model-headers.ts";
import { GROUP_SIZES, PACKED_BITS } from "../../src/models/quantization.ts";
import { resolveModel } from "../../src/models/resolve.ts";
import { compareGeneration, compareUpdate } from "./measured-memory.ts";
import { LOAD_TIMEOUT, loadSmolLM2 } from "./smollm2.ts";

let model: LanguageModel;
let atStart = 0;
let weightsHeld = 0;
beforeAll(async () => {
  await initialise();
  atStart = liveArrays();
  const before = memory.active();
  model = await loadSmolLM2();
  weightsHeld = memory.active() - before;
}, LOAD_TIMEOUT);
afterAll(() => {
  model[Symbol.dispose]();
  expect(liveArrays()).toBe(atStart);
});

test("generation, batch 8", () => compareGeneration(model, 8), 300_000);

test("generation that outgrows its cache", () => compareGeneration(model, 4, 100, 60), 300_000);

test("generation after a prompt of several passes", () => compareGeneration(model, 1, 1000, 2), 300_000);

test("a LoRA update of 512 tokens", () => compareUpdate(model, 2, true), 300_000);

test("the weights take what is estimated", async () => {
  const { weights } = readHeaders(await resolveModel("smollm2-135m"));
  expect(heldWeights(weights, "cpu") / weightsHeld).toBeCloseTo(1, 1.5);
  for (const bits of PACKED_BITS) {
    for (const groupSize of GROUP_SIZES) {
      const header = { name: "x.weight", shape: [128, 128], bytes: 0, packing: { bits, groupSize } };
      const packed = heldWeights([header], "cpu") < 4 * 128 * 128;
      expect(packed, `${bits} bits, groups of ${groupSize}`).toBe(
        device.multipliesPacked({ bits, groupSize }),
      );
    }
  }
});
