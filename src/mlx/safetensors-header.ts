import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ModelLoadError } from "../errors/index.ts";
import { type Dtype, dtypeBytes } from "./dtype.ts";

export interface SafetensorsEntry {
  dtype: Dtype;
  shape: number[];
  /** Of the tensor's data, from the start of the file, in bytes. */
  offset: number;
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
    const prefix = new DataView(new ArrayBuffer(8));
    if (readSync(file, prefix, 0, 8, 0) < 8) fail(path, `it has ${size} bytes`);
    const length = Number(prefix.getBigUint64(0, true));
    if (length > size - 8 || length > LONGEST_HEADER) {
      fail(path, `its header would take ${length} of the file's ${size} bytes`);
    }
    const bytes = new Uint8Array(length);
    readSync(file, bytes, 0, length, 8);
    return parseSafetensorsHeader(new TextDecoder().decode(bytes), 8 + length, size, path);
  } finally {
    closeSync(file);
  }
}

/** As `readSafetensorsHeader`, for the header's JSON; `dataStart` and `fileSize` in bytes. */
export function parseSafetensorsHeader(
  json: string,
  dataStart: number,
  fileSize: number,
  path: string,
): SafetensorsHeader {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    fail(path, "its header is not JSON");
  }
  if (!isObject(header)) fail(path, "its header is not a JSON object");
  const { __metadata__: about, ...entries } = header;
  const metadata = about ?? {}; // MLX writes null where there is none
  if (!isObject(metadata) || !Object.values(metadata).every((value) => typeof value === "string")) {
    fail(path, "its metadata does not map names to text");
  }
  const tensors = new Map<string, SafetensorsEntry>();
  for (const [name, entry] of Object.entries(entries)) {
    tensors.set(name, parseEntry(name, entry, dataStart, fileSize, path));
  }
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
  if (!isCounts(shape)) fail(path, `tensor ${name} has no valid shape`);
  if (!isCounts(range) || range.length !== 2) fail(path, `tensor ${name} has no valid place`);
  const [begin, end] = range as [number, number];
  const bytes = shape.reduce((product, extent) => product * extent, dtypeBytes(dtype));
  if (end - begin !== bytes) {
    fail(path, `tensor ${name} of shape [${shape}] takes ${bytes} bytes and has ${end - begin}`);
  }
  if (dataStart + end > fileSize) {
    fail(path, `tensor ${name} ends at byte ${dataStart + end} and the file has ${fileSize}`);
  }
  return { dtype, shape, offset: dataStart + begin };
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
