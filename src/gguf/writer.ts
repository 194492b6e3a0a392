import { closeSync, openSync, writeSync } from "node:fs";
import type { GgufValue } from "./header.ts";
import { GGUF_TENSOR_TYPES } from "./tensor-type.ts";

/** A tensor to write. Its data is asked for when its turn comes, so that one at a time is in memory. */
export interface GgufOutput {
  name: string;
  /** Row-major, outermost first. */
  shape: readonly number[];
  /** GGML's name of the storage, such as `F16`. */
  type: string;
  data: () => Uint8Array;
}

const ALIGNMENT = 32;

/**
 * Writes a GGUF file, version 3. Numbers in the metadata become uint32, int64 or float32, whichever holds them.
 * An existing file is overwritten in place. Throws what the file system does, on a full disk too.
 */
export function writeGguf(
  path: string,
  tensors: readonly GgufOutput[],
  metadata: ReadonlyMap<string, GgufValue>,
): void {
  const header = new HeaderBytes();
  header.uint32(0x46554747).uint32(3).uint64(tensors.length).uint64(metadata.size);
  for (const [key, value] of metadata) header.string(key).value(value);
  let offset = 0;
  const sizes = tensors.map(({ name, shape, type }) => {
    const [id, storage] = storageOf(type);
    header.string(name).uint32(shape.length);
    for (const extent of [...shape].reverse()) header.uint64(extent);
    header.uint32(id).uint64(offset);
    const size = (shape.reduce((product, extent) => product * extent, 1) / storage.block) * storage.bytes;
    offset += padded(size);
    return size;
  });
  const file = openSync(path, "w");
  try {
    writeAll(file, header.bytes());
    tensors.forEach(({ name, data }, index) => {
      const bytes = data();
      if (bytes.length !== sizes[index]) {
        throw new RangeError(`tensor ${name} has ${bytes.length} bytes; its shape takes ${sizes[index]}`);
      }
      writeAll(file, bytes);
      writeAll(file, new Uint8Array(padded(bytes.length) - bytes.length));
    });
  } finally {
    closeSync(file);
  }
}

const padded = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT;

function storageOf(type: string) {
  for (const entry of GGUF_TENSOR_TYPES) if (entry[1].name === type) return entry;
  throw new RangeError(`${type} is not a storage type of GGUF`);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

const BOOLEAN = 7;
const STRING = 8;
const ARRAY = 9;

class HeaderBytes {
  private readonly parts: Uint8Array[] = [];

  private number(bytes: number, set: (view: DataView) => void): this {
    const view = new DataView(new ArrayBuffer(bytes));
    set(view);
    this.parts.push(new Uint8Array(view.buffer));
    return this;
  }

  uint8 = (value: number) => this.number(1, (view) => view.setUint8(0, value));
  uint32 = (value: number) => this.number(4, (view) => view.setUint32(0, value, true));
  uint64 = (value: number) => this.number(8, (view) => view.setBigUint64(0, BigInt(value), true));
  int64 = (value: number) => this.number(8, (view) => view.setBigInt64(0, BigInt(value), true));
  float32 = (value: number) => this.number(4, (view) => view.setFloat32(0, value, true));

  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.uint64(bytes.length).parts.push(bytes);
    return this;
  }

  value(value: GgufValue): this {
    if (!Array.isArray(value)) {
      const type = typeOf([value]);
      return this.uint32(type).scalar(type, value);
    }
    const type = typeOf(value);
    this.uint32(ARRAY).uint32(type).uint64(value.length);
    for (const item of value) this.scalar(type, item);
    return this;
  }

  private scalar(type: number, value: number | string | boolean): this {
    if (type === STRING) return this.string(String(value));
    if (type === BOOLEAN) return this.uint8(Number(value));
    if (type === 4) return this.uint32(Number(value));
    if (type === 11) return this.int64(Number(value));
    return this.float32(Number(value));
  }

  /** Everything so far, padded to where the tensors' data begins. */
  bytes(): Uint8Array {
    const whole = Buffer.concat(this.parts);
    return Buffer.concat([whole, new Uint8Array(padded(whole.length) - whole.length)]);
  }
}

/** GGUF's type for values that share one. */
function typeOf(values: readonly (number | string | boolean)[]): number {
  if (values.every((value) => typeof value === "string")) return STRING;
  if (values.every((value) => typeof value === "boolean")) return BOOLEAN;
  if (values.every((value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32))
    return 4;
  return values.every(Number.isSafeInteger) ? 11 : 6;
}
