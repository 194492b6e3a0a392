import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";
import {
  type PythonValue,
  parseArguments,
  parseLiteral,
  pythonRepr,
  pythonSame,
} from "../../src/sandbox/literals.ts";
import { decodeReport, FrameReader } from "../../src/sandbox/protocol.ts";

const INPUTS = Number(process.env.AZR_FUZZ_INPUTS ?? 1_000_000);
const random = stream(0, "fuzz");

const SEEDS = [
  "[1, -2.5e-3, 'a\\n', b'\\x00', (True, None), {1: {2}}, set(), 1+2j]",
  "{'k': [1, {'n': (1,)}], 'm': frozenset({1, 2})}",
  '"""x\ny""" \'z\' r"\\"',
  "0x_ff, 0o17, 0b1, 1_000, float('inf'), nan, -inf",
];
const PIECES = [
  ..."[](){},:'\"\\\n\t #+-.jeE_0123456789abxNTFu\0é😀",
  "'''",
  "set(",
  "float(",
  "\\u",
  "\\x",
  "0x",
  "None",
  "inf",
];

/** A seed with a few random insertions, deletions and copies, sometimes grown. */
function mutant(): string {
  let text = random.pick(SEEDS);
  for (let edits = random.integer(1, 8); edits > 0; edits--) {
    const at = random.integer(0, text.length);
    const cut = random.integer(0, 4);
    const piece =
      random.uniform() < 0.2 ? text.slice(0, random.integer(0, text.length)) : random.pick(PIECES);
    text = text.slice(0, at) + piece + text.slice(at + cut);
  }
  return text.length > 2000 ? text.slice(0, 2000) : text;
}

test("mutated literals are parsed or refused, and what is parsed comes back", () => {
  let parsed = 0;
  for (let i = 0; i < INPUTS; i++) {
    const text = mutant();
    const value = parseLiteral(text);
    parseArguments(text);
    if (!value) continue;
    parsed++;
    const again = parseLiteral(pythonRepr(value)) as PythonValue;
    if (!pythonSame(value, again)) throw new Error(`does not come back: ${JSON.stringify(text)}`);
  }
  expect(parsed).toBeGreaterThan(INPUTS / 200);
  expect(parsed).toBeLessThan(INPUTS);
}, 600_000);

test("mutated frames are read or refused, in bounded memory", () => {
  const body = Buffer.from(
    '{"nonce":"n","verdict":"ok","error":null,"calls":[["ok",["l",["i","0x1"],["d",["k",["f","1.5"]]]],null]],"flags":[]}',
  );
  const frame = Buffer.concat([Buffer.from([0, 0, 0, body.length]), body]);
  const before = process.memoryUsage().rss;
  let taken = 0;
  for (let i = 0; i < INPUTS; i++) {
    const bytes = Buffer.from(frame);
    for (let edits = random.integer(0, 3); edits > 0; edits--) {
      bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    }
    const read = new FrameReader(1 << 16).push(bytes);
    if ("frames" in read && read.frames.length > 0 && decodeReport(read.frames[0], "n", 1)) taken++;
  }
  expect(taken).toBeGreaterThan(INPUTS / 10);
  expect(taken).toBeLessThan(INPUTS);
  expect(process.memoryUsage().rss - before).toBeLessThan(500 << 20);
}, 600_000);
