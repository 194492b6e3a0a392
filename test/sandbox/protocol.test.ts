import { expect, test } from "bun:test";
import fc from "fast-check";
import { pythonRepr } from "../../src/sandbox/literals.ts";
import { decodeReport, decodeValue, encodeFrame, FrameReader } from "../../src/sandbox/protocol.ts";

const RUNS = Number(process.env.AZR_FUZZ_RUNS ?? 5_000);

test("frames arrive whole, however they are cut", () => {
  const values = [{ a: "ü" }, [1, 2], "x".repeat(1000)];
  const bytes = Buffer.concat(values.map(encodeFrame));
  for (const size of [1, 3, 7, 4096]) {
    const reader = new FrameReader();
    const got: unknown[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const read = reader.push(bytes.subarray(at, at + size));
      if ("frames" in read) got.push(...read.frames);
    }
    expect(got).toEqual(values);
    expect(reader.pending).toBe(0);
  }
});

test.each([
  ["an oversized frame", Buffer.from([0xff, 0xff, 0xff, 0xff]), "at most"],
  ["what is not JSON", Buffer.from([0, 0, 0, 2, 0x7b, 0x5b]), "not JSON"],
  ["what is not UTF-8", Buffer.from([0, 0, 0, 3, 0x22, 0xff, 0x22]), "not JSON"],
  ["an empty frame", Buffer.from([0, 0, 0, 0]), "not JSON"],
  ["a frame nested too deeply", encodeDeep(300_000), ""],
] as const)("%s is refused or harmless, never an exception", (_name, bytes, reason) => {
  const read = new FrameReader().push(bytes);
  if (reason) expect("refused" in read && read.refused).toContain(reason);
  else if ("frames" in read) expect(decodeReport(read.frames[0], "n", 1)).toBeUndefined();
});

function encodeDeep(depth: number): Uint8Array {
  const body = Buffer.from("[".repeat(depth) + "]".repeat(depth));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

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

const REPORT = { nonce: "n", verdict: "ok", error: null, calls: [["ok", true, null]], flags: [] };

test("a report is taken when it is whole and agrees with itself", () => {
  expect(decodeReport(REPORT, "n", 1)).toEqual({
    verdict: "ok",
    calls: [{ verdict: "ok", value: { type: "bool", value: true } }],
    flags: [],
  });
});

test.each([
  [{ ...REPORT, nonce: "m" }],
  [{ ...REPORT, verdict: "timeout" }],
  [{ ...REPORT, verdict: "sure" }],
  [{ ...REPORT, calls: [] }],
  [
    {
      ...REPORT,
      calls: [
        ["ok", true, null],
        ["ok", true, null],
      ],
    },
  ],
  [{ ...REPORT, calls: [["exception", null, ["E", "m"]]] }],
  [{ ...REPORT, verdict: "exception" }],
  [{ ...REPORT, error: ["E", "m"] }],
  [{ ...REPORT, error: ["E".repeat(1000), "m"] }],
  [{ ...REPORT, flags: [1] }],
  [{ ...REPORT, flags: ["\u001b[2J"] }],
  [{ ...REPORT, flags: Array(100).fill("x") }],
  [null],
  [[]],
  ["ok"],
])("%j is no report", (value) => {
  expect(decodeReport(value, "n", 1)).toBeUndefined();
});

test("fuzz: any bytes and any JSON give a value or a reason", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const read = new FrameReader(1 << 16).push(bytes);
      return "frames" in read || typeof read.refused === "string";
    }),
    { numRuns: RUNS },
  );
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const value = decodeValue(json);
      if (value) pythonRepr(value);
      return decodeReport(json, "n", 1) === undefined;
    }),
    { numRuns: RUNS },
  );
});
