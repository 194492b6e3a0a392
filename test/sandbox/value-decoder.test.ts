import { expect, test } from "bun:test";
import { pythonRepr } from "../../src/sandbox/literals.ts";
import { decodeValue } from "../../src/sandbox/value-decoder.ts";

test.each([
  [null, "None"],
  [true, "True"],
  ["a", "'a'"],
  [["i", "-0xff"], "-255"],
  [["f", "1e+16"], "1e+16"],
  [["f", "-0.0"], "-0.0"],
  [["f", "nan"], "nan"],
  [["c", "0.0", "-2.0"], "-2j"],
  [["b", "00ff"], "b'\\x00\\xff'"],
  [["t", ["l"], ["s"], ["z", null]], "([], set(), frozenset({None}))"],
  [["d", ["k", ["i", "0x1"]]], "{'k': 1}"],
] as [unknown, string][])("%j decodes to %s", (json, repr) => {
  const value = decodeValue(json);
  expect(value && pythonRepr(value)).toBe(repr);
});

test.each([
  [1],
  [{}],
  [[]],
  [["x"]],
  [["i"]],
  [["i", 1]],
  [["i", "ff"]],
  [["i", "0x"]],
  [["i", `0x1${"0".repeat(20_000)}`]],
  [["f", "0x1"]],
  [["f", "1e5; x"]],
  [["f", 1]],
  [["b", "0"]],
  [["b", "zz"]],
  [["d", ["k"]]],
  [["d", "k"]],
  [["c", "1.0"]],
  [["l", 1]],
  [["s", ["i", "0x1"], ["i", "0x1"]]],
  [["z", ["i", "0x1"], true]],
  [["s", ["l"]]],
  [["d", [["l"], null]]],
  [["d", ["k", null], ["k", null]]],
  [JSON.parse(`${'["l",'.repeat(200)}null${"]".repeat(200)}`)],
] as unknown[][])("%j is refused", (json) => {
  expect(decodeValue(json)).toBeUndefined();
});

test("no more values are taken than a job may return", () => {
  const list = (length: number) => ["l", ...Array(length).fill(null)];
  expect(decodeValue(list(87_380))).toBeDefined();
  expect(decodeValue(list(87_381))).toBeUndefined();
});
