import { type RandomStream, stream } from "../../src/random/stream.ts";
import { ATTEMPTS, Conversation } from "../../src/sandbox/conversation.ts";
import { MAX_CHARACTERS } from "../../src/sandbox/literal-parser.ts";
import {
  type PythonValue,
  parseArguments,
  parseLiteral,
  pythonRepr,
  pythonSame,
} from "../../src/sandbox/literals.ts";
import { FrameReader } from "../../src/sandbox/protocol.ts";
import { mutantStream } from "./frame-mutants.ts";

/** What a fuzz run saw. It throws where an input does what none may do. */
export interface FuzzReport {
  inputs: number;
  /** Inputs that were taken for what they say they are. */
  taken: number;
  /** Longest time that one input took, milliseconds, and growth of the resident set, bytes. */
  slowestMs: number;
  grownBytes: number;
}

function fuzz(inputs: number, one: (random: RandomStream) => boolean, key: string): FuzzReport {
  const random = stream(0, "fuzz", key);
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  const report: FuzzReport = { inputs, taken: 0, slowestMs: 0, grownBytes: 0 };
  for (let i = 0; i < inputs; i++) {
    const began = performance.now();
    if (one(random)) report.taken++;
    report.slowestMs = Math.max(report.slowestMs, performance.now() - began);
    if (i % 10_000 === 0) report.grownBytes = Math.max(report.grownBytes, process.memoryUsage().rss - before);
  }
  return report;
}

/** Streams of frames: read or refused, and what is taken for a job's end is one that a worker could have said. */
export function fuzzFrames(inputs: number): FuzzReport {
  return fuzz(inputs, takesStream, "frames");
}

const ENDINGS = new Set([
  "ok",
  "exception",
  "memory-limit",
  "unserialisable",
  "syntax-error",
  "forbidden-import",
]);

function takesStream(random: RandomStream): boolean {
  const bytes = mutantStream(random);
  const reader = new FrameReader();
  const said = new Conversation({ nonce: "n", calls: 1, forbidden: ["os"] });
  const cut = random.integer(0, bytes.length);
  for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
    const read = reader.push(piece);
    for (const frame of read.frames) if (!said.take(frame)) return false;
    if (read.refused) return false;
  }
  const ending = said.ending();
  if (!ending) return false;
  const text = Buffer.from(bytes).toString("latin1");
  const wrong = (what: string) => new Error(`${what}: ${JSON.stringify(text.slice(0, 1000))}`);
  if (!ENDINGS.has(ending.verdict)) throw wrong(`verdict ${ending.verdict}`);
  if (!said.flags.every((flag) => flag === "import:os" || (ATTEMPTS as readonly string[]).includes(flag)))
    throw wrong("a flag that there is not");
  for (const error of [ending.error, ...ending.calls.map((call) => call.error)]) {
    if (error && (error.type.length > 200 || error.message.length > 400 || /\p{Cc}/u.test(error.type)))
      throw wrong("an error that is not bounded");
  }
  for (const { verdict, value } of ending.calls) {
    if ((verdict === "ok") !== (value !== undefined)) throw wrong("a call that contradicts itself");
    if (!value) continue;
    const repr = pythonRepr(value);
    // The parser reads no longer texts.
    if (repr.length > MAX_CHARACTERS) continue;
    const again = parseLiteral(repr);
    if (!again || !pythonSame(value, again)) throw wrong("a value that does not come back");
  }
  return true;
}

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
function mutantText(random: RandomStream): string {
  if (random.integer(0, 19) === 0)
    return Array.from({ length: random.integer(0, 40) }, () => random.pick(PIECES)).join("");
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

/** Texts of literals: parsed or refused, and what is parsed comes back from its repr. */
export function fuzzLiterals(inputs: number): FuzzReport {
  return fuzz(inputs, takesText, "literals");
}

function takesText(random: RandomStream): boolean {
  const text = mutantText(random);
  const value = parseLiteral(text);
  parseArguments(text);
  if (!value) return false;
  const again = parseLiteral(pythonRepr(value)) as PythonValue;
  if (!pythonSame(value, again)) throw new Error(`does not come back: ${JSON.stringify(text)}`);
  return true;
}
