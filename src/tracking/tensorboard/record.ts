import { maskedCrc32c } from "./crc32c.ts";

/**
 * One record of TensorFlow's record format: length as uint64, its masked CRC-32C, the data, its masked CRC-32C; all
 * little-endian. A reader stops at a record that is cut.
 */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(12 + data.length + 4);
  record.writeBigUInt64LE(BigInt(data.length), 0);
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(data, 12);
  record.writeUInt32LE(maskedCrc32c(data), 12 + data.length);
  return record;
}
