import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ModelLoadError } from "../errors/index.ts";
import { Cursor, WindowTooSmall } from "./cursor.ts";
import { GGUF_TENSOR_TYPES } from "./tensor-type.ts";

export type GgufValue = number | string | boolean | number[] | string[] | boolean[];

export interface GgufTensor {
  name: string;
  /** Row-major, outermost first (GGUF itself lists the innermost first). */
  shape: number[];
  /** GGML's name of the storage, such as `Q4_1`. */
  type: string;
  /** Of the tensor's data, in bytes from the start of the file. */
  offset: number;
  /** Size of the tensor's data. */
  bytes: number;
}

export interface GgufHeader {
  version: number;
  metadata: Map<string, GgufValue>;
  tensors: GgufTensor[];
}

const FIRST_WINDOW = 1 << 22;
const MOST_DIMENSIONS = 4;

/**
 * Metadata and tensor table of a GGUF file, checked against the file's size: every tensor's data must lie
 * inside it. Reads the header alone. Throws ModelLoadError for anything that is not a whole GGUF file.
 */
export function readGgufHeader(path: string): GgufHeader {
  const file = openFile(path);
  try {
    const size = fstatSync(file).size;
    for (let window = FIRST_WINDOW; ; window *= 2) {
      const bytes = new Uint8Array(Math.min(window, size));
      let filled = 0;
      while (filled < bytes.length) {
        const read = readSync(file, bytes, filled, bytes.length - filled, filled);
        if (read === 0) break;
        filled += read;
      }
      try {
        return parseGgufHeader(bytes, size, path);
      } catch (error) {
        if (!(error instanceof WindowTooSmall)) throw error;
      }
    }
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** As `readGgufHeader`, for the first bytes of a file of `fileSize` bytes. */
export function parseGgufHeader(bytes: Uint8Array, fileSize: number, path: string): GgufHeader {
  const cursor = new Cursor(bytes, fileSize, path);
  if (cursor.uint32() !== 0x46554747) cursor.fail("it does not begin with GGUF");
  const version = cursor.uint32();
  if (version !== 2 && version !== 3) cursor.fail(`its version is ${version}; 2 and 3 can be read`);
  const tensorCount = cursor.count(24);
  const metadataCount = cursor.count(13);
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) {
    const key = cursor.string();
    metadata.set(key, readValue(cursor, key));
  }
  const infos = Array.from({ length: tensorCount }, () => readTensorInfo(cursor));
  const start = dataStart(cursor, metadata);
  const tensors = infos.map((tensor) => ({ ...tensor, offset: start + tensor.offset }));
  for (const { name, offset, bytes: length } of tensors) {
    if (offset + length > fileSize) {
      cursor.fail(`tensor ${name} ends at byte ${offset + length} and the file has ${fileSize}`);
    }
  }
  if (new Set(tensors.map(({ name }) => name)).size !== tensors.length) {
    cursor.fail("two tensors have the same name");
  }
  return { version, metadata, tensors };
}

/** Where the tensors' data begins: the header's end, rounded up to the file's alignment. */
function dataStart(cursor: Cursor, metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 8 || alignment % 8 !== 0) {
    cursor.fail(`general.alignment is ${String(alignment)}`);
  }
  return Math.ceil(cursor.offset / alignment) * alignment;
}

function readTensorInfo(cursor: Cursor): GgufTensor {
  const name = cursor.string();
  const dimensions = cursor.uint32();
  if (dimensions > MOST_DIMENSIONS) cursor.fail(`tensor ${name} has ${dimensions} dimensions`);
  const shape = Array.from({ length: dimensions }, cursor.uint64).reverse();
  const id = cursor.uint32();
  const offset = cursor.uint64();
  const type = GGUF_TENSOR_TYPES.get(id);
  if (!type) cursor.fail(`tensor ${name} has the unknown type ${id}`);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const innermost = shape.at(-1) ?? 1;
  if (!Number.isSafeInteger(size)) cursor.fail(`tensor ${name} has the shape [${shape}]`);
  if (innermost % type.block !== 0) {
    throw new ModelLoadError(
      `${cursor.path}: tensor ${name} is of type ${type.name}, which packs ${type.block} weights at a time, and its rows have ${innermost}.`,
      { mend: `Take a file whose rows fit, or one of another type, such as Q8_0 or F16.` },
    );
  }
  return { name, shape, type: type.name, offset, bytes: (size / type.block) * type.bytes };
}

const STRING = 8;
const ARRAY = 9;

function scalarReader(cursor: Cursor, type: number): (() => GgufValue) | undefined {
  const readers: Record<number, () => GgufValue> = {
    0: cursor.uint8,
    1: cursor.int8,
    2: cursor.uint16,
    3: cursor.int16,
    4: cursor.uint32,
    5: cursor.int32,
    6: cursor.float32,
    7: cursor.boolean,
    [STRING]: cursor.string,
    10: cursor.uint64,
    11: cursor.int64,
    12: cursor.float64,
  };
  return readers[type];
}

function readValue(cursor: Cursor, key: string): GgufValue {
  const type = cursor.uint32();
  if (type !== ARRAY) {
    const read = scalarReader(cursor, type);
    return read ? read() : cursor.fail(`metadata ${key} has the unknown type ${type}`);
  }
  const itemType = cursor.uint32();
  const read = scalarReader(cursor, itemType);
  if (!read) cursor.fail(`metadata ${key} is a list of the unknown type ${itemType}`);
  const length = cursor.count(itemType === STRING ? 8 : 1);
  return Array.from({ length }, read) as number[] | string[] | boolean[];
}
