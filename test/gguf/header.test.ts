import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { parseGgufHeader, readGgufHeader } from "../../src/gguf/index.ts";
import { stream } from "../../src/random/stream.ts";
import { GgufBuilder, smallGguf } from "./build.ts";

test("metadata and tensors are read, shapes outermost first", () => {
  const bytes = smallGguf();
  const { version, metadata, tensors } = parseGgufHeader(bytes, bytes.length, "small.gguf");
  expect(version).toBe(3);
  expect(Object.fromEntries(metadata)).toEqual({
    "general.name": "täst",
    "llama.context_length": 2048,
    tokens: ["a", "", "\u0120b", "\ufeff"],
    scores: [0.5, -1],
  });
  expect(tensors).toEqual([
    { name: "plain", shape: [2, 3], type: "F32", offset: bytes.length - 72, bytes: 24 },
    { name: "quantized", shape: [2, 32], type: "Q4_1", offset: bytes.length - 40, bytes: 40 },
  ]);
});

test("every truncation is a ModelLoadError", () => {
  const bytes = smallGguf();
  for (let length = 0; length < bytes.length; length++) {
    expect(() => parseGgufHeader(bytes.subarray(0, length), length, "cut.gguf"), `${length} bytes`).toThrow(
      ModelLoadError,
    );
  }
});

test("damaged bytes give a header or a ModelLoadError, nothing else", () => {
  const random = stream(1, "gguf damage");
  for (let round = 0; round < 3000; round++) {
    const bytes = smallGguf();
    for (let i = 0; i <= random.integer(0, 4); i++) {
      bytes[random.integer(0, bytes.length - 1)] = random.pick([0, 1, 8, 9, 0x7f, 0xff]);
    }
    try {
      parseGgufHeader(bytes, bytes.length, "damaged.gguf");
    } catch (error) {
      expect(error).toBeInstanceOf(ModelLoadError);
    }
  }
});

test.each([
  ["begin with GGUF", new GgufBuilder().uint32(1).uint32(3).uint64(0).uint64(0)],
  ["version is 1", new GgufBuilder().uint32(0x46554747).uint32(1).uint64(0).uint64(0)],
  [
    "announces",
    new GgufBuilder()
      .uint32(0x46554747)
      .uint32(3)
      .uint64(2n ** 60n)
      .uint64(0),
  ],
  [
    "unknown type 77",
    new GgufBuilder().uint32(0x46554747).uint32(3).uint64(0).uint64(1).string("k").uint32(77).uint64(0),
  ],
])("the message says what is wrong: %s", (reason, file) => {
  const bytes = file.bytes();
  expect(() => parseGgufHeader(bytes, bytes.length, "bad.gguf")).toThrow(reason);
});

test("rows that a type's blocks do not fill are called so, with the type", () => {
  const file = new GgufBuilder().uint32(0x46554747).uint32(3).uint64(1).uint64(0);
  // Q4_K is 12.
  const bytes = file.string("x.weight").uint32(2).uint64(64).uint64(4).uint32(12).uint64(0).bytes();
  expect(() => parseGgufHeader(bytes, bytes.length, "small.gguf")).toThrow(
    "tensor x.weight is of type Q4_K, which packs 256 weights at a time, and its rows have 64",
  );
});

test("a header longer than the first window is read whole; a missing file is named", async () => {
  const directory = await mkdtemp(join(tmpdir(), "azr-gguf-"));
  try {
    const path = join(directory, "long.gguf");
    const file = new GgufBuilder().uint32(0x46554747).uint32(3).uint64(0).uint64(1);
    file.string("long").uint32(8).string("x".repeat(9_000_000));
    await Bun.write(path, file.bytes());
    expect(String(readGgufHeader(path).metadata.get("long")).length).toBe(9_000_000);
    expect(() => readGgufHeader(join(directory, "absent.gguf"))).toThrow(ModelLoadError);
  } finally {
    await rm(directory, { recursive: true });
  }
});
