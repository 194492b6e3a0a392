import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ModelLoadError } from "../errors/index.ts";
import { type Dtype, dtypeBytes } from "./dtype.ts";

export interface SafetensorsEntry {
  dtype: Dtype;
  shape: number[];
  /** Of the tensor's data, from the start of the file, in bytes. */
  offset: number;
  /** Size of the tensor's data. */
  bytes: number;
}

export interface SafetensorsHeader {
  tensors: Map<string, SafetensorsEntry>;
  metadata: Record<string, string>;
}

/** The format's names of the dtypes that MLX reads. */
const DTYPE_OF: Readonly<Record<string, Dtype>> = {
  BOOL: "bool",
  U8: "uint8",
  I8: "int8",
  U16: "uint16",
  I16: "int16",
  U32: "uint32",
  I32: "int32",
  U64: "uint64",
  I64: "int64",
  F16: "float16",
  BF16: "bfloat16",
  F32: "float32",
  F64: "float64",
  C64: "complex64",
};

/** MLX counts extents in 32 bits. */
const LARGEST_EXTENT = 2 ** 31 - 1;

/** More than any model's; a damaged length would otherwise ask for that much memory. */
const LONGEST_HEADER = 100_000_000;

/**
 * Tensor table and metadata of a safetensors file, checked against the file's size. Reads the header alone.
 * Throws ModelLoadError for a file that is missing, truncated, malformed, or holds a dtype that MLX lacks.
 */
export function readSafetensorsHeader(path: string): SafetensorsHeader {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  try {
    const { size } = fstatSync(file);
    const prefix = new Uint8Array(8);
    if (readSync(file, prefix, 0, 8, 0) < 8) fail(path, `it has ${size} bytes`);
    const length = safetensorsHeaderLength(prefix, size, path);
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      const read = readSync(file, bytes, filled, length - filled, 8 + filled);
      if (read === 0) fail(path, "it ends inside its header");
      filled += read;
    }
    return parseSafetensorsHeader(bytes, size, path);
  } finally {
    closeSync(file);
  }
}

/** Length of the header's JSON, from a file's first eight bytes; it follows them. */
export function safetensorsHeaderLength(prefix: Uint8Array, fileSize: number, path: string): number {
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length > fileSize - 8 || length > LONGEST_HEADER) {
    fail(path, `its header would take ${length} of the file's ${fileSize} bytes`);
  }
  return length;
}

/** As `readSafetensorsHeader`, for the header's JSON, which the tensors' data follow; `fileSize` in bytes. */
export function parseSafetensorsHeader(bytes: Uint8Array, fileSize: number, path: string): SafetensorsHeader {
  const dataStart = 8 + bytes.length;
  let text = "";
  let header: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch {
    fail(path, "its header is not JSON");
  }
  if (!isObject(header)) fail(path, "its header is not a JSON object");
  const twice = repeatedKey(text);
  if (twice !== undefined) fail(path, `two tensors are called ${twice}`);
  const { __metadata__: about, ...entries } = header;
  const metadata = about ?? {}; // MLX writes null where there is none
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    fail(path, "its metadata does not map names to text");
  }
  const tensors = new Map<string, SafetensorsEntry>();
  for (const [name, entry] of Object.entries(entries)) {
    tensors.set(name, parseEntry(name, entry, dataStart, fileSize, path));
  }
  refuseOverlap(tensors, path);
  return { tensors, metadata: metadata as Record<string, string> };
}

function parseEntry(
  name: string,
  entry: unknown,
  dataStart: number,
  fileSize: number,
  path: string,
): SafetensorsEntry {
  if (!isObject(entry)) fail(path, `tensor ${name} is not described`);
  const { dtype: dtypeName, shape, data_offsets: range } = entry;
  const dtype = DTYPE_OF[String(dtypeName)];
  if (!dtype) {
    throw new ModelLoadError(
      `${path}: tensor ${name} has the dtype ${String(dtypeName)}, which MLX cannot read.`,
      {
        mend: "Convert the file to float32, float16 or bfloat16.",
      },
    );
  }
  if (!isCounts(shape) || shape.some((extent) => extent > LARGEST_EXTENT)) {
    fail(path, `tensor ${name} has no valid shape`);
  }
  if (!isCounts(range) || range.length !== 2) fail(path, `tensor ${name} has no valid place`);
  const [begin, end] = range as [number, number];
  const bytes = shape.reduce((product, extent) => product * extent, dtypeBytes(dtype));
  if (end - begin !== bytes) {
    fail(path, `tensor ${name} of shape [${shape}] takes ${bytes} bytes and has ${end - begin}`);
  }
  if (dataStart + end > fileSize) {
    fail(path, `tensor ${name} ends at byte ${dataStart + end} and the file has ${fileSize}`);
  }
  return { dtype, shape, offset: dataStart + begin, bytes };
}

/** Bytes that two tensors share are a sign of damage, and would let one file ask for endless memory. */
function refuseOverlap(tensors: ReadonlyMap<string, SafetensorsEntry>, path: string): void {
  const ordered = [...tensors]
    .filter(([, { bytes }]) => bytes > 0)
    .sort(([, a], [, b]) => a.offset - b.offset);
  ordered.forEach(([name, { offset }], i) => {
    const [before, { offset: start, bytes }] = ordered[i - 1] ?? ["", { offset, bytes: 0 }];
    if (start + bytes > offset) fail(path, `the tensors ${before} and ${name} overlap`);
  });
}

/** A key that occurs twice in the outermost object of a JSON text; JSON.parse keeps the last without a word. */
function repeatedKey(json: string): string | undefined {
  const keys = new Set<string>();
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (depth === 1 && token.endsWith(":")) {
      const key: string = JSON.parse(token.slice(0, -1));
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}

function fail(path: string, reason: string): never {
  throw new ModelLoadError(`${path} is not a complete safetensors file: ${reason}.`, {
    mend: "Download or save the file again.",
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
