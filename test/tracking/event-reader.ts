import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crc32c } from "../../src/tracking/tensorboard/crc32c.ts";

/** Names of a run's event files in a directory. */
export function eventFiles(directory: string): string[] {
  return readdirSync(directory).filter((name) => /^events\.out\.tfevents\..*azr-/.test(name));
}

type Field = { field: number; number: number; bytes: Buffer };

/** Scalars of a directory's event files by tag, in file order: [step, value]. Every checksum is verified. */
export function readScalars(directory: string): Record<string, [step: number, value: number][]> {
  const scalars: Record<string, [number, number][]> = {};
  for (const name of eventFiles(directory)) {
    for (const event of records(readFileSync(join(directory, name)))) {
      const fields = parse(event);
      const step = fields.find(({ field }) => field === 2)?.number ?? 0;
      const summary = fields.find(({ field }) => field === 5);
      for (const value of summary ? parse(summary.bytes) : []) {
        const parts = parse(value.bytes);
        const tag = parts.find(({ field }) => field === 1)?.bytes.toString() ?? "";
        const scalar = parts.find(({ field }) => field === 2);
        if (!scalar) continue;
        scalars[tag] ??= [];
        scalars[tag].push([step, scalar.number]);
      }
    }
  }
  return scalars;
}

function* records(file: Buffer): Generator<Buffer> {
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    const data = file.subarray(at + 12, at + 12 + length);
    if (unmask(file.readUInt32LE(at + 8)) !== crc32c(file.subarray(at, at + 8))) throw new Error("length");
    if (unmask(file.readUInt32LE(at + 12 + length)) !== crc32c(data)) throw new Error("data");
    yield data;
    at += 16 + length;
  }
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function parse(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = varint();
    const [field, kind] = [Math.floor(key / 8), key % 8];
    let [number, bytes] = [0, Buffer.alloc(0)];
    if (kind === 0) number = varint();
    else if (kind === 2) {
      const length = varint();
      bytes = message.subarray(at, at + length) as typeof bytes;
      at += length;
    } else {
      number = kind === 1 ? message.readDoubleLE(at) : message.readFloatLE(at);
      at += kind === 1 ? 8 : 4;
    }
    fields.push({ field, number, bytes });
  }
  return fields;
}
