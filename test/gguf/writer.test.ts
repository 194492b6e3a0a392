import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GgufValue, readGgufHeader, writeGguf } from "../../src/gguf/index.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "azr-gguf-"));
});
afterAll(() => rm(directory, { recursive: true }));

test("what is written is read: values of every kind, tensors at aligned places", async () => {
  const path = join(directory, "a.gguf");
  const metadata = new Map<string, GgufValue>([
    ["text", "ü"],
    ["count", 7],
    ["negative", -7],
    ["large", 2 ** 50],
    ["fraction", 0.25],
    ["yes", true],
    ["texts", ["a", ""]],
    ["numbers", [1, -2]],
    ["flags", [true, false]],
  ]);
  const data = Uint8Array.from({ length: 12 }, (_, index) => index);
  writeGguf(
    path,
    [
      { name: "a", shape: [3], type: "F32", data: () => data },
      { name: "b", shape: [1, 32], type: "Q4_1", data: () => new Uint8Array(20) },
    ],
    metadata,
  );
  const header = readGgufHeader(path);
  expect(header.metadata).toEqual(metadata);
  expect(
    header.tensors.map(({ name, shape, type, bytes, offset }) => [name, shape, type, bytes, offset % 32]),
  ).toEqual([
    ["a", [3], "F32", 12, 0],
    ["b", [1, 32], "Q4_1", 20, 0],
  ]);
  const file = new Uint8Array(await Bun.file(path).arrayBuffer());
  const offset = header.tensors[0]?.offset ?? 0;
  expect(file.slice(offset, offset + 12)).toEqual(data);
});

test("data that does not fit its shape, and unknown storage, are refused", () => {
  const path = join(directory, "b.gguf");
  const tensor = { name: "a", shape: [3], type: "F32", data: () => new Uint8Array(4) };
  expect(() => writeGguf(path, [tensor], new Map())).toThrow(/4 bytes; its shape takes 12/);
  expect(() => writeGguf(path, [{ ...tensor, type: "Q9" }], new Map())).toThrow(/Q9/);
});
