import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConfigError, ModelLoadError } from "../../src/errors/index.ts";
import {
  dispose,
  loadSafetensors,
  type MxArray,
  mx,
  random,
  saveSafetensors,
  scope,
} from "../../src/mlx/index.ts";
import { fuseAdapter } from "../../src/models/fuse.ts";
import { loadModel } from "../../src/models/load.ts";
import { quantizeModel } from "../../src/models/quantize.ts";
import { saveAdapter } from "../../src/nn/adapter-file.ts";
import { adapt } from "../../src/training/adapted-model.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";
import { logitsOf, TINY_CONFIG, tinyTensors, writeModel } from "./tiny-model.ts";

withMlx();

let root = "";
let places = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-conversion-"));
});
afterAll(() => rm(root, { recursive: true }));

const fresh = () => join(root, String(places++));
const source = (path: string) => ({ path, name: "tiny", format: "directory" as const });

/** The tiny model, changed by `change`. */
function modelWith(change: (tensors: Map<string, MxArray>) => void = () => {}): string {
  const directory = fresh();
  scope(() => {
    const tensors = tinyTensors();
    change(tensors);
    writeModel(directory, tensors);
    dispose(tensors);
  });
  return directory;
}

async function bytesOf(directory: string): Promise<Record<string, Uint8Array>> {
  return scope(() =>
    Object.fromEntries(
      readdirSync(directory)
        .filter((file) => file.endsWith(".safetensors"))
        .flatMap((file) => [...loadSafetensors(join(directory, file)).tensors])
        .map(([name, array]) => [name, array.toBytes()]),
    ),
  );
}

for (const { bits, groupSize } of [
  { bits: 4, groupSize: 64 },
  { bits: 8, groupSize: 32 },
]) {
  test(`packed in ${bits} bits, groups of ${groupSize}: MLX's own words, and mlx-lm's layout`, async () => {
    const whole = modelWith();
    const output = fresh();
    const seen: number[] = [];
    const written = await quantizeModel(source(whole), {
      bits,
      groupSize,
      output,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(readdirSync(output).sort()).toEqual(["config.json", "model.safetensors", "tokenizer.json"]);
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
    const quantization = { group_size: groupSize, bits, mode: "affine" };
    expect(await Bun.file(join(output, "config.json")).json()).toEqual({
      ...TINY_CONFIG,
      quantization,
      quantization_config: quantization,
    });
    const [packed, original] = [
      await bytesOf(output),
      loadSafetensors(join(whole, "model.safetensors")).tensors,
    ];
    let parameters = 0;
    scope(() => {
      for (const [name, array] of original) {
        parameters += array.size;
        const module = name.replace(".weight", "");
        if (array.ndim === 1) expect(packed[name]).toEqual(array.toBytes());
        else {
          const { weight, scales, biases } = mx.quantize(array, { bits, groupSize });
          expect(packed[name]).toEqual(weight.toBytes());
          expect(packed[`${module}.scales`]).toEqual(scales.toBytes());
          expect(packed[`${module}.biases`]).toEqual(biases.toBytes());
        }
      }
    });
    dispose(original);
    expect(written.parameters).toBe(parameters);
    const size = Object.values(packed).reduce((sum, { length }) => sum + length, 0);
    expect(written.bytes).toBe(size);
    const [a, b] = [await logitsOf(output), await logitsOf(whole)];
    // What packing costs random weights: 8 bits a sixteenth of what 4 do.
    const error = Math.sqrt(a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0) / a.length);
    const deviation = Math.sqrt(b.reduce((sum, x) => sum + x * x, 0) / b.length);
    expect(error / deviation).toBeLessThan(bits === 8 ? 0.04 : 0.6);
    expect(error).toBeGreaterThan(0);
  });
}

test("weights beyond the limit go into shards with an index; what is packed already is copied bit for bit", async () => {
  const [whole, first, second, third] = [modelWith(), fresh(), fresh(), fresh()];
  await quantizeModel(source(whole), { bits: 4, groupSize: 64, output: first, shardBytes: 60_000 });
  const shards = readdirSync(first)
    .filter((file) => file.endsWith(".safetensors"))
    .sort();
  expect(shards.length).toBeGreaterThan(2);
  expect(shards[0]).toBe(`model-00001-of-0000${shards.length}.safetensors`);
  const { weight_map, metadata } = await Bun.file(join(first, "model.safetensors.index.json")).json();
  const tensors = await bytesOf(first);
  expect(Object.keys(weight_map).sort()).toEqual(Object.keys(tensors).sort());
  expect(metadata.total_size).toBe(Object.values(tensors).reduce((sum, { length }) => sum + length, 0));
  await quantizeModel(source(first), { bits: 4, groupSize: 64, output: second });
  expect(await bytesOf(second)).toEqual(tensors);
  expect(await logitsOf(second)).toEqual(await logitsOf(first));
  await quantizeModel(source(first), { bits: 8, groupSize: 64, output: third });
  expectClose(await logitsOf(third), await logitsOf(first), 0.05);
});

test("an output that is taken is refused, and a source that is damaged leaves nothing behind", async () => {
  const whole = modelWith();
  const taken = fresh();
  mkdirSync(taken);
  writeFileSync(join(taken, "mine.txt"), "kept");
  const options = { bits: 4, groupSize: 64 };
  await expect(quantizeModel(source(whole), { ...options, output: taken })).rejects.toThrow(ConfigError);
  expect(readdirSync(taken)).toEqual(["mine.txt"]);
  const output = fresh();
  const stop = () => {
    throw new Error("stopped");
  };
  await expect(quantizeModel(source(whole), { ...options, output, onProgress: stop })).rejects.toThrow(
    "stopped",
  );
  expect([existsSync(output), existsSync(`${output}.partial`)]).toEqual([false, false]);
  mkdirSync(output);
  await quantizeModel(source(whole), { ...options, output });
  expect(existsSync(join(output, "model.safetensors"))).toBe(true);
});

/** A LoRA adapter over some projections of the last layer, with B not 0, and the logits that the model has with it. */
async function trainedAdapter(base: string): Promise<{ directory: string; logits: Float32Array }> {
  const directory = fresh();
  mkdirSync(directory);
  using model = await loadModel(source(base), { device: "cpu" });
  using adapted = adapt(
    model,
    { type: "lora", rank: 4, alpha: 8, dropout: 0, layers: 1, targets: ["q_proj", "v_proj", "down_proj"] },
    { seed: 1, reference: false },
  );
  const values = Object.entries(adapted.parameters.values);
  const drawn = values.map(([name, array], i) =>
    name.endsWith("lora_b")
      ? scope(() => random.normal(array.shape, { key: random.key(i), deviation: 0.1 }))
      : array,
  );
  for (const [i, [, array]] of values.entries()) if (drawn[i] !== array) array.dispose();
  adapted.parameters.assign(drawn);
  saveAdapter(directory, adapted.adapter, adapted.parameters.exported());
  return { directory, logits: model.logits([[1, 5, 9, 100, 127]]).data };
}

test("a fused model computes what the model with its adapter does", async () => {
  const base = modelWith();
  const { directory, logits } = await trainedAdapter(base);
  const output = fresh();
  await fuseAdapter(source(base), { adapter: directory, output });
  expectClose(await logitsOf(output), logits, 1e-5);
  expectClose(await logitsOf(base), logits, 10);
  expect(await Bun.file(join(output, "config.json")).json()).toEqual(TINY_CONFIG);
});

test("on a packed model: whole weights are exact, and repacked ones are packed as the base was", async () => {
  const base = fresh();
  const packing = { bits: 8, groupSize: 32 };
  await quantizeModel(source(modelWith()), { ...packing, output: base });
  const { directory, logits } = await trainedAdapter(base);
  const [whole, repacked] = [fresh(), fresh()];
  await fuseAdapter(source(base), { adapter: directory, output: whole, dequantize: true });
  expectClose(await logitsOf(whole), logits, 1e-4);
  expect(await Bun.file(join(whole, "config.json")).json()).toEqual(TINY_CONFIG);
  await fuseAdapter(source(base), { adapter: directory, output: repacked });
  expectClose(await logitsOf(repacked), logits, 0.1);
  const [before, after] = [await bytesOf(base), await bytesOf(repacked)];
  const changed = Object.keys(before).filter(
    (name) => Buffer.compare(before[name] as Uint8Array, after[name] as Uint8Array) !== 0,
  );
  expect([...new Set(changed.map((name) => name.slice(0, name.lastIndexOf("."))))].sort()).toEqual([
    "model.layers.1.mlp.down_proj",
    "model.layers.1.self_attn.q_proj",
    "model.layers.1.self_attn.v_proj",
  ]);
});

test("an adapter of whole weights replaces them; one of another model is refused", async () => {
  const base = modelWith();
  const full = fresh();
  mkdirSync(full);
  const config = {
    fine_tune_type: "full",
    num_layers: 2,
    lora_parameters: { rank: 0, scale: 0, dropout: 0, keys: [] },
  } as const;
  const zero = scope(() => mx.zeros([128]));
  saveAdapter(
    full,
    { ...config, lora_parameters: { ...config.lora_parameters, keys: [] } },
    { "model.norm.weight": zero },
  );
  zero.dispose();
  const output = fresh();
  await fuseAdapter(source(base), { adapter: full, output });
  expect(new Set(await logitsOf(output))).toEqual(new Set([0]));

  const refused = async (parameters: Record<string, number[]>): Promise<string> => {
    const adapter = fresh();
    mkdirSync(adapter);
    scope(() => {
      const arrays = Object.fromEntries(
        Object.entries(parameters).map(([name, shape]) => [name, mx.ones(shape)]),
      );
      saveSafetensors(join(adapter, "adapters.safetensors"), arrays);
    });
    const lora = {
      fine_tune_type: "lora",
      num_layers: 2,
      lora_parameters: { rank: 4, scale: 2, dropout: 0, keys: [] },
    };
    await Bun.write(join(adapter, "adapter_config.json"), JSON.stringify(lora));
    const outcome = await fuseAdapter(source(base), { adapter, output: fresh() }).catch(
      (error: unknown) => error,
    );
    expect(outcome).toBeInstanceOf(ModelLoadError);
    return (outcome as Error).message;
  };
  const q = "model.layers.0.self_attn.q_proj";
  expect(await refused({ [`${q}.lora_a`]: [64, 4], [`${q}.lora_b`]: [4, 128] })).toContain(
    "which does not fit tiny",
  );
  expect(await refused({ [`${q}.lora_a`]: [128, 4], [`${q}.lora_b`]: [2, 128] })).toContain(
    `${q}.lora_b has shape [2,128]`,
  );
  expect(await refused({ [`${q}.lora_a`]: [128, 4] })).toContain(`lacks ${q}.lora_b`);
  const beyond = "model.layers.7.self_attn.q_proj";
  expect(await refused({ [`${beyond}.lora_a`]: [128, 4], [`${beyond}.lora_b`]: [4, 128] })).toContain(
    `tiny has no place for ${beyond}.lora_a (2 in all)`,
  );
});

test("weights packed while they are loaded compute what the packed model on disk does", async () => {
  const whole = modelWith();
  const output = fresh();
  await quantizeModel(source(whole), { bits: 8, groupSize: 64, output });
  expectClose(await logitsOf(whole, 8), await logitsOf(output), 1e-5);
  expect(await logitsOf(whole, 8)).not.toEqual(await logitsOf(whole));
});
