import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { modelInfo } from "../../src/models/info.ts";
import { heldWeights, inferenceMemory, trainingMemory } from "../../src/models/memory-estimate.ts";
import { bytesOf, FakeHub } from "./fake-hub.ts";
import { zeroSafetensors } from "./headers-only.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const [V, D, F, L, H, HKV, d] = [512, 64, 128, 2, 4, 2, 16];
const CONFIG = {
  model_type: "llama",
  vocab_size: V,
  hidden_size: D,
  intermediate_size: F,
  num_hidden_layers: L,
  num_attention_heads: H,
  num_key_value_heads: HKV,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  quantization: { bits: 4, group_size: 32, "model.layers.1.mlp.down_proj": false },
};

/** Everything packed but the norms and one projection; an output projection that is the embedding lies beside. */
function tensors(): Parameters<typeof zeroSafetensors>[0] {
  const all: Record<string, ["F32" | "F16" | "U32", ...number[]]> = {};
  const packed = (module: string, rows: number, columns: number) => {
    all[`${module}.weight`] = ["U32", rows, columns / 8];
    all[`${module}.scales`] = ["F16", rows, columns / 32];
    all[`${module}.biases`] = ["F16", rows, columns / 32];
  };
  packed("model.embed_tokens", V, D);
  for (let i = 0; i < L; i++) {
    const layer = `model.layers.${i}`;
    for (const norm of ["input_layernorm", "post_attention_layernorm"])
      all[`${layer}.${norm}.weight`] = ["F16", D];
    for (const [name, rows] of [
      ["q", H * d],
      ["k", HKV * d],
      ["v", HKV * d],
      ["o", D],
    ] as const) {
      packed(`${layer}.self_attn.${name}_proj`, rows, D);
    }
    packed(`${layer}.mlp.gate_proj`, F, D);
    packed(`${layer}.mlp.up_proj`, F, D);
    if (i === 0) packed(`${layer}.mlp.down_proj`, D, F);
    else all[`${layer}.mlp.down_proj.weight`] = ["F16", D, F];
  }
  all["model.norm.weight"] = ["F16", D];
  all["lm_head.weight"] = ["F16", V, D];
  return all;
}

const LAYER = 2 * H * d * D + 2 * HKV * d * D + 3 * F * D;
const NORMS = (2 * L + 1) * D;
const PARAMETERS = V * D + L * LAYER + NORMS;

let root = "";
let local = "";
let hub: FakeHub;
const { HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE } = process.env;
const environment = { HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE };
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-info-"));
  local = join(root, "model");
  hub = new FakeHub();
  const files = {
    "config.json": bytesOf(JSON.stringify(CONFIG)),
    "tokenizer.json": bytesOf("{}"),
    "model.safetensors": zeroSafetensors(tensors()),
  };
  await mkdir(local);
  for (const [name, data] of Object.entries(files)) await writeFile(join(local, name), data);
  hub.repositories.set("someone/small", { commit: COMMIT, large: ["model.safetensors"], files });
  for (const name of Object.keys(environment)) delete process.env[name];
  process.env.HF_HOME = root;
  process.env.HF_ENDPOINT = hub.url;
});
afterAll(async () => {
  hub[Symbol.dispose]();
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await rm(root, { recursive: true });
});

test("parameters, packing and sizes are counted from headers", async () => {
  const info = await modelInfo(local);
  expect(info.parameters).toBe(PARAMETERS);
  expect(info.packing).toEqual({ bits: 4, groupSize: 32, otherwise: 1 });
  expect(info.headers.fileBytes).toBe(zeroSafetensors(tensors()).length);
  const whole = NORMS + D * F;
  // 4 bits and two float16 for each 32: 5 bits a weight.
  expect(info.bitsPerWeight).toBeCloseTo((5 * (PARAMETERS - whole) + 16 * whole) / PARAMETERS, 10);
  const { weights } = info.headers;
  expect(heldWeights(weights, "gpu")).toBe((5 * (PARAMETERS - whole)) / 8 + 2 * whole);
  expect(heldWeights(weights, "cpu")).toBe((6 * (PARAMETERS - whole)) / 8 + 4 * whole);
  const expanded = weights.map((weight) => ({
    ...weight,
    packing: weight.packing && { bits: 6, groupSize: 64 },
  }));
  expect(heldWeights(expanded, "cpu")).toBe(4 * PARAMETERS);
});

test("the estimate follows its formulas", async () => {
  const { headers } = await modelInfo(local);
  const settings = { device: "cpu", batch: 3, length: 130, prompt: 100 } as const;
  const { weights, cache, activations, total } = inferenceMemory(headers, settings);
  expect(cache).toBe(4 * 2 * L * 3 * HKV * d * 256);
  const token = 6 * D + 4 * H * d + 3 * HKV * d + 3 * F;
  const left = 2 * L * HKV * d;
  // Two prompts a pass, beside the cache as begun; later it has 256 columns, which are counted apart.
  expect(activations).toBe(4 * (200 * (token + left) + 3 * (128 - 256) * left));
  expect(total).toBe(weights + cache + activations);
  const other = (change: { batch: number; length: number; prompt: number }) =>
    inferenceMemory(headers, { ...settings, ...change }).activations;
  // Of one prompt there is no cache yet.
  expect(other({ batch: 1, length: 200, prompt: 100 })).toBe(4 * (100 * (token + left) - 256 * left));
  expect(other({ batch: 1, length: 400, prompt: 300 })).toBe(4 * (256 * token + (300 + 256 - 512) * left));
  expect(other({ batch: 300, length: 120, prompt: 100 })).toBe(4 * 300 * (L * token + V));
  // One layer of two is there twice while the cache grows.
  expect(other({ batch: 40, length: 1000, prompt: 10 })).toBe((4 * 40 * 1024 * left) / 2);

  const training = { device: "cpu", tokens: 1000, answered: 500, rank: 8, checkpointing: true } as const;
  const P = 8 * L * (2 * (D + H * d) + 2 * (D + HKV * d) + 3 * (D + F));
  const kept = 1000 * (4 * D + 3 * H * d + 2 * HKV * d + 3 * F + 7 * 8);
  const logits = 500 * V;
  const most = Math.max(2 * logits, logits + 2 * kept);
  const lora = trainingMemory(headers, training);
  expect(lora.trained).toBe(4 * 3 * P);
  expect(lora.activations).toBe(4 * (1000 * (L + 1) * D + kept + most + 2 * P));
  const whole = trainingMemory(headers, { ...training, checkpointing: false });
  expect(whole.activations).toBe(4 * (L * kept + most + 2 * P));
  const full = { ...training, rank: null };
  expect(
    trainingMemory(headers, { ...full, reference: true }).total - trainingMemory(headers, full).total,
  ).toBe(4 * PARAMETERS);
  const few = trainingMemory(headers, { ...training, rank: null, tokens: 2, answered: 1 });
  expect([few.weights, few.trained, few.activations]).toEqual([0, 4 * 3 * PARAMETERS, 4 * 5 * PARAMETERS]);
});

test("a repo id that is not in the cache is asked for its headers alone", async () => {
  const info = await modelInfo("someone/small");
  expect([info.path, info.parameters]).toEqual([null, PARAMETERS]);
  const asked = hub.bodies.filter(({ host }) => host === "cdn").map(({ range }) => range);
  const length = Number(new DataView(zeroSafetensors(tensors()).buffer).getBigUint64(0, true));
  expect(asked).toEqual(["bytes=0-7", `bytes=8-${7 + length}`]);
  expect(hub.requests.some(({ path }) => path.includes("tokenizer"))).toBe(false);
  process.env.HF_HUB_OFFLINE = "1";
  await expect(modelInfo("someone/small")).rejects.toThrow(ModelLoadError);
  delete process.env.HF_HUB_OFFLINE;
});
