import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { dispose, loadSafetensors, type MxArray, mx, saveSafetensors, scope } from "../../src/mlx/index.ts";
import { GROUP_SIZES, PACKED_BITS } from "../../src/models/quantization.ts";
import { expectClose, withMlx } from "../mlx/live-arrays.ts";
import { logitsOf, TINY_CONFIG, tinyTensors, writeModel } from "./tiny-model.ts";

withMlx();

let root = "";
let places = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "azr-weights-"));
});
afterAll(() => rm(root, { recursive: true }));

/** A fresh directory with the tiny model in it, changed by `change`. */
function modelWith(
  change: (tensors: Map<string, MxArray>) => void,
  options: Parameters<typeof writeModel>[2] = {},
): string {
  const directory = join(root, String(places++));
  scope(() => {
    const tensors = tinyTensors();
    change(tensors);
    writeModel(directory, tensors, options);
    dispose(tensors);
  });
  return directory;
}

async function refusal(directory: string): Promise<string> {
  const outcome = await logitsOf(directory).catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(ModelLoadError);
  return (outcome as Error).message;
}

const shard = (n: number) => `model-0000${n}-of-00003.safetensors`;

test("shards by their index are one file", async () => {
  const whole = await logitsOf(modelWith(() => {}));
  const sharded = modelWith(() => {}, { shards: 3 });
  expect(await logitsOf(sharded)).toEqual(whole);
  expect(whole.length).toBe(5 * 128);
});

test("a missing shard, one that lacks an indexed tensor, one that holds another's, a broken index", async () => {
  const missing = modelWith(() => {}, { shards: 3 });
  await rm(join(missing, shard(2)));
  expect(await refusal(missing)).toContain(`${shard(2)} is missing`);

  const change = (edit: (tensors: Map<string, MxArray>) => void): string => {
    const directory = modelWith(() => {}, { shards: 3 });
    scope(() => {
      const { tensors } = loadSafetensors(join(directory, shard(1)));
      edit(tensors);
      for (const array of tensors.values()) array.toBytes();
      saveSafetensors(join(directory, shard(1)), tensors);
    });
    return directory;
  };
  expect(await refusal(change((tensors) => tensors.delete("model.embed_tokens.weight")))).toContain(
    `${shard(1)} lacks the tensor model.embed_tokens.weight`,
  );
  expect(
    await refusal(change((tensors) => tensors.set("model.layers.0.input_layernorm.weight", mx.ones([128])))),
  ).toContain("hold the tensor model.layers.0.input_layernorm.weight");

  const broken = modelWith(() => {}, { shards: 3 });
  for (const index of ["{", "[]", '{"weight_map":{"a":"../../other.safetensors"}}']) {
    await Bun.write(join(broken, "model.safetensors.index.json"), index);
    expect(await refusal(broken)).toContain("is not an index of weight files");
  }
});

test("a tensor that is missing, misshapen or unknown, and a config that is no JSON, leave nothing behind", async () => {
  expect(await refusal(modelWith((tensors) => tensors.delete("model.norm.weight")))).toContain(
    "lacks the tensor model.norm.weight",
  );
  expect(await refusal(modelWith((tensors) => tensors.set("lm_head.weight", mx.zeros([128, 64]))))).toContain(
    "tensor lm_head.weight has shape [128,64], expected [128,128]",
  );
  expect(await refusal(modelWith((tensors) => tensors.set("model.extra.weight", mx.zeros([4]))))).toContain(
    "holds 1 tensors that this architecture does not have, such as model.extra.weight",
  );
  const directory = modelWith(() => {});
  await Bun.write(join(directory, "config.json"), "{");
  expect(await refusal(directory)).toContain("cannot be read as JSON");
  const cut = modelWith(() => {});
  const path = join(cut, "model.safetensors");
  await Bun.write(path, (await Bun.file(path).bytes()).slice(0, 20_000));
  expect(await refusal(cut)).toContain("is not a complete safetensors file");
});

/** Packs every matrix but those that `packing` gives null for; and in float32 what they stand for. */
function pack(
  tensors: Map<string, MxArray>,
  packing: (module: string) => { bits: number; groupSize: number } | null,
) {
  const expanded = new Map<string, MxArray>();
  for (const [name, array] of [...tensors]) {
    const module = name.replace(/\.weight$/, "");
    const how = array.ndim === 2 ? packing(module) : null;
    if (how === null) {
      expanded.set(name, array);
      continue;
    }
    const { weight, scales, biases } = mx.quantize(array, how);
    expanded.set(name, mx.dequantize(weight, scales, biases, how));
    tensors.set(name, weight).set(`${module}.scales`, scales).set(`${module}.biases`, biases);
  }
  return expanded;
}

/** Logits of the packed model and of the model in whole numbers that it stands for. */
async function bothLogits(
  packing: (module: string) => { bits: number; groupSize: number } | null,
  config: Record<string, unknown>,
): Promise<[Float32Array, Float32Array]> {
  const whole = join(root, String(places++));
  const packed = modelWith((tensors) => writeModel(whole, pack(tensors, packing)), {
    config: { ...TINY_CONFIG, ...config },
  });
  return [await logitsOf(packed), await logitsOf(whole)];
}

for (const bits of PACKED_BITS) {
  test.each([...GROUP_SIZES])(`packed in ${bits} bits, groups of %i`, async (groupSize) => {
    const quantization = { bits, group_size: groupSize };
    const [packed, whole] = await bothLogits(() => ({ bits, groupSize }), { quantization });
    expectClose(packed, whole, 1e-5);
  });
}

test("modules packed in their own way, or left whole, under either key", async () => {
  const down = "model.layers.0.mlp.down_proj";
  const entry = { group_size: 64, bits: 4, [down]: { group_size: 32, bits: 6 }, lm_head: false };
  for (const key of ["quantization", "quantization_config"]) {
    const [packed, whole] = await bothLogits(
      (module) =>
        module === "lm_head"
          ? null
          : module === down
            ? { bits: 6, groupSize: 32 }
            : { bits: 4, groupSize: 64 },
      { [key]: entry },
    );
    expectClose(packed, whole, 1e-5);
  }
});

test("packed weights whose config says nothing, or something else, are refused", async () => {
  const packed = (config: Record<string, unknown>) =>
    modelWith(
      (tensors) => {
        pack(tensors, () => ({ bits: 4, groupSize: 64 }));
      },
      {
        config: { ...TINY_CONFIG, ...config },
      },
    );
  expect(await refusal(packed({}))).toContain("model.embed_tokens is packed, but config.json says nothing");
  expect(await refusal(packed({ quantization: { bits: 8, group_size: 64 } }))).toContain(
    "model.embed_tokens.weight has shape [128,16], expected [128,32] for [128, 128] in 8 bits, groups of 64",
  );
  expect(await refusal(packed({ quantization: { bits: 4, group_size: 32 } }))).toContain(
    "model.embed_tokens.scales",
  );
});
