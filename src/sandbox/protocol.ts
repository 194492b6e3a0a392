import { GrowingBuffer } from "./growing-buffer.ts";
import { MAX_DEPTH } from "./literals.ts";

/**
 * Frames between host and worker: a 4-byte big-endian length and that many bytes of JSON. What comes out of a
 * worker is hostile: whatever it is, reading it gives a value or a stated reason, never an exception.
 */

/** Largest frame that is read, bytes: the values and what stands around them. */
export const MAX_FRAME_BYTES = 2 << 20;

/** A kind of frame that workers write: its keys in their order, the first of them its own, and its size at most, bytes. */
interface FrameKind {
  keys: readonly [string, ...string[]];
  maxBytes: number;
}

/** Each kind as inside/worker.py and inside/attempts.py write it; what a program can send often is small. */
export const FRAME_KINDS: readonly FrameKind[] = [
  { keys: ["hello", "canary", "denied", "written"], maxBytes: 512 },
  { keys: ["unlimited"], maxBytes: 4096 },
  { keys: ["program", "calls", "imports"], maxBytes: MAX_FRAME_BYTES },
  { keys: ["tried"], maxBytes: 64 },
  { keys: ["nonce", "program", "calls"], maxBytes: MAX_FRAME_BYTES },
];
/** Budget of a job's values in their encoding, bytes. */
export const MAX_VALUE_BYTES = 1 << 20;
/** Each value takes 12 bytes of that, and its text. */
export const MAX_VALUES = Math.floor(MAX_VALUE_BYTES / 12);
/** Arrays in arrays: a dict takes two for each of its levels, and the report stands around the values. */
const MAX_JSON_DEPTH = 2 * MAX_DEPTH + 16;
/** Brackets, commas, colons and strings: eight for a complex number, which has the most. */
const MAX_JSON_MARKS = 8 * MAX_VALUES + 100_000;
/** Characters in a row outside strings and marks: `false` is the longest word, and numbers are small. */
const MAX_JSON_WORD = 16;

/** Bytes with their length before them. */
export function frame(body: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}

/** A frame to a worker, which reads it as a Python literal: no booleans and no null in it. */
export function encodeFrame(value: FrameValue): Uint8Array {
  return frame(Buffer.from(JSON.stringify(value)));
}

export type FrameValue = string | number | readonly FrameValue[] | { [key: string]: FrameValue };

/**
 * Collects bytes into frames. `push` returns what is complete, and the reason when the stream is refused there. Work and
 * memory are linear in the bytes, however small the pieces they come in.
 */
export class FrameReader {
  private readonly bytes = new GrowingBuffer();
  /** Bytes that the next frame needs with its head; 4 until the head is known. */
  private needed = 4;

  /** Bytes that wait for the rest of their frame. */
  get pending(): number {
    return this.bytes.length;
  }

  push(chunk: Uint8Array): { frames: unknown[]; refused?: string } {
    const frames: unknown[] = [];
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(this.needed - this.bytes.length, chunk.length - at);
      this.bytes.append(chunk.subarray(at, at + taken));
      at += taken;
      if (this.bytes.length < this.needed) break;
      const whole = this.bytes.view();
      if (this.needed === 4) {
        const length = whole.readUInt32BE(0);
        if (length > MAX_FRAME_BYTES)
          return { frames, refused: `a frame of ${length} bytes (at most ${MAX_FRAME_BYTES})` };
        if (length === 0) return { frames, refused: "an empty frame" };
        this.needed += length;
        continue;
      }
      const json = readJson(whole.subarray(4));
      if ("refused" in json) return { frames, ...json };
      frames.push(json.value);
      this.bytes.clear();
      this.needed = 4;
    }
    return { frames };
  }
}

/** Which kind a frame is, by how it begins. */
function kindOf(bytes: Buffer): FrameKind | undefined {
  const begins = bytes.toString("latin1", 0, 16);
  return FRAME_KINDS.find(({ keys }) => begins.startsWith(`{"${keys[0]}":`));
}

/**
 * The JSON of a frame. What the parser would be slow or greedy at is refused before it, in one pass over the bytes
 * that needs no memory: workers write ASCII, one object around arrays, and no long numbers. The object has the keys of
 * its kind to the letter, each once.
 */
function readJson(bytes: Buffer): { value: unknown } | { refused: string } {
  const kind = kindOf(bytes);
  if (!kind) return { refused: "a frame of a kind that there is not" };
  const { keys, maxBytes } = kind;
  if (bytes.length > maxBytes)
    return { refused: `a frame "${keys[0]}" of ${bytes.length} bytes (at most ${maxBytes})` };
  let key = 0;
  let began = 0;
  let depth = 0;
  let marks = 0;
  let word = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x80) return { refused: "a frame that is not JSON in ASCII" };
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) {
        inString = false;
        if (depth !== 1 || bytes[i + 1] !== COLON) continue;
        if (key === keys.length || bytes.toString("latin1", began, i) !== keys[key])
          return { refused: `a frame "${keys[0]}" with other keys` };
        key++;
      }
      continue;
    }
    if (byte === OPEN_OBJECT && i > 0) return { refused: "a frame with an object inside" };
    const nesting = byte === OPEN_ARRAY || byte === OPEN_OBJECT ? 1 : byte === CLOSE_ARRAY ? -1 : 0;
    if (nesting === 0 && byte !== COMMA && byte !== COLON && byte !== QUOTE) {
      // White space would hide a name's colon, and workers write none.
      if (++word > MAX_JSON_WORD || byte <= SPACE) return { refused: "a frame that is not JSON of a worker" };
      continue;
    }
    word = 0;
    depth += nesting;
    inString = byte === QUOTE;
    began = i + 1;
    if (depth > MAX_JSON_DEPTH) return { refused: `a frame nested deeper than ${MAX_JSON_DEPTH} levels` };
    if (++marks > MAX_JSON_MARKS) return { refused: `a frame of more than ${MAX_JSON_MARKS} marks` };
  }
  if (key < keys.length) return { refused: `a frame "${keys[0]}" without all its keys` };
  try {
    return { value: JSON.parse(bytes.toString("latin1")) };
  } catch {
    return { refused: "a frame that is not JSON" };
  }
}

const [SPACE, QUOTE, COMMA, COLON] = [32, 34, 44, 58];
const [OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT] = [91, 92, 93, 123];
