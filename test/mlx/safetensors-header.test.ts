import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ModelLoadError } from "../../src/errors/index.ts";
import { parseSafetensorsHeader, readSafetensorsHeader } from "../../src/mlx/safetensors-header.ts";
import { stream } from "../../src/random/stream.ts";

const encode = (header: unknown) =>
  new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));

/** Of a file whose data takes `dataBytes`. */
const parse = (header: unknown, dataBytes = 1000) => {
  const bytes = encode(header);
  return parseSafetensorsHeader(bytes, 8 + bytes.length + dataBytes, "a.safetensors");
};

const entry = (dtype = "F32", shape: unknown = [2], data_offsets: unknown = [0, 8]) => ({
  dtype,
  shape,
  data_offsets,
});

test("tensors and metadata", () => {
  const json = { __metadata__: { format: "pt" }, b: entry(), a: entry("BF16", [2, 3], [8, 20]) };
  const header = parse(json);
  const start = 8 + encode(json).length;
  expect(header.metadata).toEqual({ format: "pt" });
  expect([...header.tensors]).toEqual([
    ["b", { dtype: "float32", shape: [2], offset: start, bytes: 8 }],
    ["a", { dtype: "bfloat16", shape: [2, 3], offset: start + 8, bytes: 12 }],
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
  ["data beyond the file", { a: entry("F32", [500], [0, 2000]) }, /ends at byte \d+ and the file has \d+/],
  ["data that two tensors share", { a: entry(), b: entry("F32", [2], [4, 12]) }, /tensors a and b overlap/],
  ["a name that comes twice", '{"a":1, "b": {"a": 2}, "\\u0061" : 3}', /two tensors are called a/],
  ["an extent beyond MLX's", { a: entry("F32", [0, 2 ** 31], [0, 0]) }, /valid shape/],
  ["bytes that are not UTF-8", "\ud800", /not JSON/],
  ["lists inside lists without end", "[".repeat(100_000), /not JSON/],
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

test("twenty thousand damaged headers give a header or a ModelLoadError, nothing else", () => {
  const random = stream(1, "safetensors damage");
  const whole = encode({
    __metadata__: { format: "mlx" },
    "model.embed_tokens.weight": entry("BF16", [4, 8], [0, 64]),
    "model.norm.weight": entry("F32", [4], [64, 80]),
    empty: entry("U8", [0, 3], [80, 80]),
  });
  const pieces = [
    '"',
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "-",
    "e",
    "9",
    "null",
    "1e99",
    "\\",
    "\\u0000",
    "\0",
    "\xff",
  ];
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < 20_000; round++) {
    let bytes = whole.slice();
    for (let i = 0; i <= random.integer(0, 3); i++) {
      const at = random.integer(0, bytes.length - 1);
      const piece = encode(random.pick(pieces));
      const until = at + random.pick([0, 1, piece.length, random.integer(0, 40)]);
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...piece, ...bytes.subarray(until)]);
    }
    try {
      const { tensors } = parseSafetensorsHeader(bytes, bytes.length + 8 + 80, "damaged.safetensors");
      for (const { offset, bytes: length } of tensors.values()) {
        expect(offset + length).toBeLessThanOrEqual(bytes.length + 88);
      }
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof ModelLoadError)) throw error;
      outcomes.refused += 1;
    }
  }
  expect(outcomes.read).toBeGreaterThan(200);
  expect(outcomes.refused).toBeGreaterThan(10_000);
});
