import { type CallResult, VERDICTS, type Verdict } from "./executor.ts";
import { firstEqual, isHashable } from "./literal-equality.ts";
import { MAX_DEPTH, type PythonValue } from "./literals.ts";

/**
 * Frames between host and worker: a 4-byte big-endian length and that many bytes of JSON. What comes out of a
 * worker is hostile: whatever it is, reading it gives a value or a stated reason, never an exception.
 */

/** Largest frame that is read, bytes: the values and what stands around them. */
export const MAX_FRAME_BYTES = 2 << 20;
/** Budget of a job's values in their encoding, bytes. */
export const MAX_VALUE_BYTES = 1 << 20;
/** Longest integer that is decoded: 65,536 bits in hexadecimal, with sign and 0x. */
const MAX_INT_CHARACTERS = 65_536 / 4 + 3;
const MAX_VALUES = 400_000;

/** Bytes with their length before them. */
export function frame(body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** A frame to a worker. Worker.py reads it as a Python literal: no booleans and no null in it. */
export function encodeFrame(value: FrameValue): Uint8Array {
  return frame(Buffer.from(JSON.stringify(value)));
}

type FrameValue = string | number | readonly FrameValue[] | { [key: string]: FrameValue };

/**
 * Collects bytes into frames. `push` returns what is complete, or the reason why this stream is refused. The work
 * is linear in the bytes, however small the pieces they come in.
 */
export class FrameReader {
  private chunks: Uint8Array[] = [];
  private size = 0;
  /** Bytes that the next frame needs with its head; 4 until the head is known. */
  private needed = 4;

  constructor(private readonly maxBytes = MAX_FRAME_BYTES) {}

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.size;
  }

  push(chunk: Uint8Array): { frames: unknown[] } | { refused: string } {
    this.chunks.push(chunk);
    this.size += chunk.length;
    const frames: unknown[] = [];
    while (this.size >= this.needed) {
      const bytes = this.joined();
      const length = bytes.readUInt32BE(0);
      if (length > this.maxBytes) return { refused: `a frame of ${length} bytes (at most ${this.maxBytes})` };
      this.needed = 4 + length;
      if (this.size < this.needed) break;
      const value = parseJson(bytes.subarray(4, this.needed));
      if (value === undefined) return { refused: "a frame that is not JSON" };
      frames.push(value);
      this.chunks = [bytes.subarray(this.needed)];
      this.size -= this.needed;
      this.needed = 4;
    }
    return { frames };
  }

  private joined(): Buffer {
    const [only] = this.chunks;
    if (this.chunks.length === 1 && only) return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
    const bytes = Buffer.concat(this.chunks);
    this.chunks = [bytes];
    return bytes;
  }
}

/** Undefined for what is not JSON in UTF-8, or is nested deeper than the parser can go. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** What a worker says about a job, after validation. */
export interface WorkerReport {
  verdict: Verdict;
  error?: { type: string; message: string };
  calls: CallResult[];
  flags: string[];
}

const WORKER_VERDICTS: ReadonlySet<string> = new Set<Verdict>([
  "ok",
  "syntax-error",
  "exception",
  "forbidden-import",
  "memory-limit",
  "unserialisable",
]);

/** Validates a result frame against the job's nonce and number of calls; undefined when it is not one. */
export function decodeReport(value: unknown, nonce: string, calls: number): WorkerReport | undefined {
  if (!isRecord(value) || value.nonce !== nonce) return undefined;
  const { verdict, flags } = value;
  if (!isVerdict(verdict) || !Array.isArray(value.calls) || value.calls.length > calls) return undefined;
  if (!Array.isArray(flags) || flags.length > 50 || !flags.every(isFlag)) return undefined;
  const error = decodeError(value.error);
  if (error === undefined) return undefined;
  const budget = { values: MAX_VALUES };
  const results: CallResult[] = [];
  for (const call of value.calls) {
    const result = decodeCall(call, budget);
    if (!result) return undefined;
    results.push(result);
  }
  // The verdict must follow from its parts: a report cannot say ok over a call that is not.
  const failed = results.find((result) => result.verdict !== "ok");
  if (verdict === "ok" && (error || failed || results.length !== calls)) return undefined;
  if (verdict !== "ok" && results.length > 0 && failed?.verdict !== verdict) return undefined;
  return { verdict, ...(error ? { error } : {}), calls: results, flags };
}

function decodeCall(call: unknown, budget: { values: number }): CallResult | undefined {
  if (!Array.isArray(call) || call.length !== 3 || !isVerdict(call[0])) return undefined;
  const error = decodeError(call[2]);
  if (error === undefined) return undefined;
  if (call[0] !== "ok") return { verdict: call[0], ...(error ? { error } : {}) };
  const value = decodeValue(call[1], budget);
  return value && !error ? { verdict: "ok", value } : undefined;
}

/** `[type, message]`, null for none; undefined when it is neither. */
function decodeError(error: unknown): { type: string; message: string } | null | undefined {
  if (error === null) return null;
  if (!Array.isArray(error) || error.length !== 2) return undefined;
  const [type, message] = error;
  return isText(type, 200) && isText(message, 400) ? { type, message } : undefined;
}

/**
 * A value in the exact-type encoding: null, booleans and strings as they are, and tagged arrays `["i", hex]`,
 * `["f", repr]`, `["c", repr, repr]`, `["b", hex]`, `["l" | "t" | "s" | "z", ...items]`, `["d", ...[k, v]]`.
 */
export function decodeValue(
  json: unknown,
  budget: { values: number } = { values: MAX_VALUES },
  depth = 0,
): PythonValue | undefined {
  if (depth > MAX_DEPTH || --budget.values < 0) return undefined;
  if (json === null) return { type: "None" };
  if (typeof json === "boolean") return { type: "bool", value: json };
  if (typeof json === "string") return { type: "str", value: json };
  if (!Array.isArray(json)) return undefined;
  const [tag, first, second] = json;
  if (tag === "i") return json.length === 2 ? decodeInt(first) : undefined;
  if (tag === "f") {
    const value = json.length === 2 ? decodeFloat(first) : undefined;
    return value === undefined ? undefined : { type: "float", value };
  }
  if (tag === "c") {
    const real = decodeFloat(first);
    const imaginary = decodeFloat(second);
    if (json.length !== 3 || real === undefined || imaginary === undefined) return undefined;
    return { type: "complex", real, imaginary };
  }
  if (tag === "b") {
    if (json.length !== 2 || typeof first !== "string" || !/^(?:[0-9a-f]{2})*$/.test(first)) return undefined;
    return { type: "bytes", value: new Uint8Array(Buffer.from(first, "hex")) };
  }
  if (tag === "d") {
    const entries: [PythonValue, PythonValue][] = [];
    for (const entry of json.slice(1)) {
      if (!Array.isArray(entry) || entry.length !== 2) return undefined;
      const key = decodeValue(entry[0], budget, depth + 1);
      const value = decodeValue(entry[1], budget, depth + 1);
      if (!key || !value) return undefined;
      entries.push([key, value]);
    }
    return areKeys(entries.map(([key]) => key)) ? { type: "dict", entries } : undefined;
  }
  const type = CONTAINERS.get(tag);
  if (!type) return undefined;
  const items: PythonValue[] = [];
  for (let i = 1; i < json.length; i++) {
    const item = decodeValue(json[i], budget, depth + 1);
    if (!item) return undefined;
    items.push(item);
  }
  const keyed = type === "set" || type === "frozenset";
  return keyed && !areKeys(items) ? undefined : { type, items };
}

/** Whether these can be the items of a set: a forged frame may repeat one, or hold what Python cannot hash. */
function areKeys(items: readonly PythonValue[]): boolean {
  return items.every(isHashable) && firstEqual(items).every((first, i) => first === i);
}

const CONTAINERS = new Map<unknown, "list" | "tuple" | "set" | "frozenset">([
  ["l", "list"],
  ["t", "tuple"],
  ["s", "set"],
  ["z", "frozenset"],
]);

function decodeInt(text: unknown): PythonValue | undefined {
  if (!isText(text, MAX_INT_CHARACTERS) || !/^-?0x[0-9a-f]+$/.test(text)) return undefined;
  const negative = text.startsWith("-");
  const magnitude = BigInt(negative ? text.slice(1) : text);
  return { type: "int", value: negative ? -magnitude : magnitude };
}

function decodeFloat(text: unknown): number | undefined {
  if (!isText(text, 32)) return undefined;
  if (text === "nan") return NaN;
  if (text === "inf" || text === "-inf") return text === "inf" ? Infinity : -Infinity;
  return /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/.test(text) ? Number(text) : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}

/** A kind, or an import with its module: they are shown on terminals, and the program can write them. */
function isFlag(value: unknown): value is string {
  return isText(value, 80) && /^[a-z-]+(?::[\w.]+)?$/.test(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isVerdict(value: unknown): value is Verdict {
  return WORKER_VERDICTS.has(value as string) && VERDICTS.includes(value as Verdict);
}
