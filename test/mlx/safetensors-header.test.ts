import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { parseSafetensorsHeader, readSafetensorsHeader } from "../../src/mlx/safetensors-header.ts";

const parse = (header: unknown, fileSize = 1000) =>
  parseSafetensorsHeader(
    typeof header === "string" ? header : JSON.stringify(header),
    100,
    fileSize,
    "a.safetensors",
  );

const entry = (dtype = "F32", shape: unknown = [2], data_offsets: unknown = [0, 8]) => ({
  dtype,
  shape,
  data_offsets,
});

test("tensors and metadata", () => {
  const header = parse({ __metadata__: { format: "pt" }, b: entry(), a: entry("BF16", [2, 3], [8, 20]) });
  expect(header.metadata).toEqual({ format: "pt" });
  expect([...header.tensors]).toEqual([
    ["b", { dtype: "float32", shape: [2], offset: 100 }],
    ["a", { dtype: "bfloat16", shape: [2, 3], offset: 108 }],
  ]);
});

test.each([
  ["not JSON", "{", /not JSON/],
  ["a list", [], /not a JSON object/],
  ["metadata that is not text", { __metadata__: { a: 1 } }, /metadata/],
  ["a tensor that is no object", { a: 1 }, /tensor a is not described/],
  ["an unknown dtype", { a: entry("F8_E4M3") }, /F8_E4M3/],
  ["a negative extent", { a: entry("F32", [-2]) }, /valid shape/],
  ["offsets that do not fit the shape", { a: entry("F32", [3]) }, /takes 12 bytes and has 8/],
  ["one offset", { a: entry("F32", [2], [8]) }, /valid place/],
  ["data beyond the file", { a: entry("F32", [500], [0, 2000]) }, /ends at byte 2100 and the file has 1000/],
])("%s is refused", (_name, header, message) => {
  expect(() => parse(header)).toThrow(ModelLoadError);
  expect(() => parse(header)).toThrow(message);
});

test("files: too short, with an absurd header length, absent", async () => {
  const directory = await mkdtemp(join(tmpdir(), "azr-safetensors-"));
  try {
    const path = join(directory, "x.safetensors");
    expect(() => readSafetensorsHeader(path)).toThrow(ModelLoadError);
    await Bun.write(path, new Uint8Array(3));
    expect(() => readSafetensorsHeader(path)).toThrow(/3 bytes/);
    await Bun.write(path, new Uint8Array([255, 255, 255, 255, 255, 0, 0, 0, 1]));
    expect(() => readSafetensorsHeader(path)).toThrow(/of the file's 9 bytes/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
