import { afterAll, beforeAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm, symlink, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EngineError, ModelLoadError } from "../../src/errors/index.ts";
import { writeGguf } from "../../src/gguf/index.ts";
import {
  type Dtype,
  loadGguf,
  loadSafetensors,
  MxArray,
  mx,
  random,
  saveGguf,
  saveSafetensors,
  scope,
} from "../../src/mlx/index.ts";
import { stream } from "../../src/random/stream.ts";
import { expectClose, withMlx } from "./live-arrays.ts";

withMlx();

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-files-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("safetensors: what is saved is loaded, every dtype, bit for bit", () => {
  scope(() => {
    const path = join(directory, "all.safetensors");
    const dtypes: Dtype[] = [
      "float32",
      "float16",
      "bfloat16",
      "int8",
      "int32",
      "uint8",
      "uint32",
      "int64",
      "bool",
    ];
    const source = MxArray.from([0, 1, 2, 3, 100, 7], [2, 3]);
    const saved = Object.fromEntries(dtypes.map((dtype) => [dtype, mx.astype(source, dtype)]));
    saveSafetensors(path, saved, { format: "pt", täg: "ü" });
    const { tensors, metadata } = loadSafetensors(path);
    expect(metadata).toEqual({ format: "pt", täg: "ü" });
    expect([...tensors.keys()]).toEqual([...dtypes].sort());
    for (const dtype of dtypes) {
      expect(tensors.get(dtype)?.dtype).toBe(dtype);
      expect(tensors.get(dtype)?.toBytes()).toEqual(saved[dtype]?.toBytes() as Uint8Array);
    }
  });
});

test("safetensors: transposed arrays are written row-major; maps work; a wrong ending is refused", () => {
  scope(() => {
    const path = join(directory, "transposed.safetensors");
    const array = mx.transpose(MxArray.from([1, 2, 3, 4, 5, 6], [2, 3]));
    saveSafetensors(path, new Map([["x", array]]));
    expectClose(loadSafetensors(path).tensors.get("x")?.toFloat32() as Float32Array, [1, 4, 2, 5, 3, 6]);
    expect(() => saveSafetensors(join(directory, "x.bin"), {})).toThrow(RangeError);
    expect(() => saveSafetensors(join(directory, "absent", "x.safetensors"), { x: array })).toThrow(
      EngineError,
    );
  });
});

test("safetensors: a truncated file is a ModelLoadError at every length", async () => {
  const path = join(directory, "cut.safetensors");
  scope(() => saveSafetensors(path, { x: mx.ones([16]) }));
  for (let size = Bun.file(path).size - 1; size >= 0; size -= 7) {
    await truncate(path, size);
    expect(() => loadSafetensors(path)).toThrow(ModelLoadError);
  }
});

test("safetensors: damaged headers that can still be read give arrays of the announced shapes or an error", async () => {
  const path = join(directory, "damaged.safetensors");
  scope(() => saveSafetensors(path, { x: mx.ones([4, 4]), y: mx.zeros([8]), z: mx.ones([2, 2, 2]) }));
  const whole = await Bun.file(path).bytes();
  const header = Number(new DataView(whole.buffer).getBigUint64(0, true));
  const random = stream(1, "safetensors files");
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 6000; round++) {
    const bytes = whole.slice();
    for (let i = 0; i <= random.integer(0, 1); i++) {
      bytes[random.integer(8, 7 + header)] = random.pick([48, 49, 50, 56, 44, 32, 34, 93, 101, 45]);
    }
    writeFileSync(path, bytes);
    try {
      scope(() => {
        for (const array of loadSafetensors(path).tensors.values()) {
          expect(array.toBytes().length).toBe(array.nbytes);
        }
      });
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof ModelLoadError)) throw error;
      outcomes.refused += 1;
    }
  }
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(50);
});

test.skipIf(process.platform !== "linux")("a full disk is an EngineError", async () => {
  const path = join(directory, "full.safetensors");
  await symlink("/dev/full", path);
  scope(() => {
    const tensors = { x: mx.ones([1 << 20]) };
    expect(() => saveSafetensors(path, tensors)).toThrow(EngineError);
  });
});

test("gguf: plain tensors and metadata come back", () => {
  scope(() => {
    const path = join(directory, "plain.gguf");
    const metadata = new Map<string, number | string | boolean | string[] | number[]>([
      ["name", "tiny"],
      ["layers", 3],
      ["eps", 0.5],
      ["big", 2 ** 40],
      ["negative", -1],
      ["tied", true],
      ["tokens", ["a", "b", ""]],
      ["scores", [0.5, 1]],
    ]);
    saveGguf(
      path,
      {
        x: MxArray.from([1, 2, 3, 4, 5, 6], [2, 3]),
        h: mx.astype(mx.ones([2]), "float16"),
        b: mx.astype(mx.full([2], 3), "bfloat16"),
      },
      metadata,
    );
    const loaded = loadGguf(path);
    expect(loaded.metadata).toEqual(metadata);
    expect(loaded.tensors.get("x")?.shape).toEqual([2, 3]);
    expectClose(loaded.tensors.get("x")?.toFloat32() as Float32Array, [1, 2, 3, 4, 5, 6]);
    expect(loaded.tensors.get("h")?.dtype).toBe("float16");
    expect(loaded.tensors.get("b")?.dtype).toBe("bfloat16");
    expectClose(loaded.tensors.get("b")?.toFloat32() as Float32Array, [3, 3]);
  });
});

/** One block of 32 weights: scale 0.5, bias -4 where there is one, weights 0 to 15 twice (or -16 to 15). */
const HALF = [0x00, 0x38];
const MINUS_FOUR = [0x00, 0xc4];
const nibbles = Array.from({ length: 16 }, (_, i) => i | (i << 4));
const BLOCKS: Record<string, { bytes: number[]; bits: number; values: number[] }> = {
  Q4_0: { bytes: [...HALF, ...nibbles], bits: 4, values: sequence(32, (i) => ((i % 16) - 8) * 0.5) },
  Q4_1: {
    bytes: [...HALF, ...MINUS_FOUR, ...nibbles],
    bits: 4,
    values: sequence(32, (i) => (i % 16) * 0.5 - 4),
  },
  Q8_0: {
    bytes: [...HALF, ...sequence(32, (i) => (i - 16) & 255)],
    bits: 8,
    values: sequence(32, (i) => (i - 16) * 0.5),
  },
};

function sequence(length: number, value: (index: number) => number): number[] {
  return Array.from({ length }, (_, index) => value(index));
}

test.each(Object.keys(BLOCKS))("gguf: %s arrives packed, with scales and biases", (type) => {
  scope(() => {
    const { bytes, bits, values } = BLOCKS[type] as (typeof BLOCKS)[string];
    const path = join(directory, `${type}.gguf`);
    writeGguf(
      path,
      [{ name: "w.weight", shape: [1, 32], type, data: () => Uint8Array.from(bytes) }],
      new Map(),
    );
    const { tensors } = loadGguf(path);
    expect([...tensors.keys()]).toEqual(["w.biases", "w.scales", "w.weight"]);
    const [biases, scales, weight] = [...tensors.values()] as [MxArray, MxArray, MxArray];
    expect([weight.dtype, weight.shape, scales.shape]).toEqual(["uint32", [1, bits], [1, 1]]);
    const dense = mx.dequantize(weight, scales, biases, { groupSize: 32, bits, dtype: "float32" });
    expectClose(dense.toFloat32(), values);
  });
});

test.each([
  ["IQ4_XS", 136],
  ["Q4_K", 144],
  ["Q5_0", 8 * 22],
])("gguf: a tensor stored as %s is refused by name, with what to use instead", (type, bytes) => {
  const path = join(directory, "other.gguf");
  const tensor = { name: "w.weight", shape: [1, 256], type, data: () => new Uint8Array(bytes) };
  writeGguf(path, [tensor], new Map());
  expect(() => loadGguf(path)).toThrow(ModelLoadError);
  expect(() => loadGguf(path)).toThrow(`stored as ${type}, such as w.weight (${type})`);
});

test("gguf: a packed tensor that is not X.weight is refused", () => {
  const path = join(directory, "odd.gguf");
  writeGguf(path, [{ name: "odd", shape: [1, 32], type: "Q4_0", data: () => new Uint8Array(18) }], new Map());
  expect(() => loadGguf(path)).toThrow(/not named X.weight/);
});

test("gguf: a truncated file is a ModelLoadError", async () => {
  const path = join(directory, "cut.gguf");
  scope(() => saveGguf(path, { x: random.normal([64], { key: random.key(1) }) }));
  for (let size = Bun.file(path).size - 1; size >= 0; size -= 13) {
    await truncate(path, size);
    expect(() => loadGguf(path)).toThrow(ModelLoadError);
  }
});
