import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { ConfigError } from "../errors/index.ts";
import { parseRow, type Row } from "./row.ts";

export interface DataFile {
  path: string;
  rows: { row: Row; line: number }[];
  /** SHA-256 of the file as it lies on disk, hex. */
  sha256: string;
}

/**
 * Reads a JSONL file, gzip or plain; empty lines are passed over. Throws ConfigError naming file, line and field
 * where a row is damaged, and where there is no row at all.
 */
export function readDataFile(path: string): DataFile {
  const bytes = contents(path);
  const rows = textOf(path, bytes)
    .split("\n")
    .flatMap((text, index) =>
      text.trim() === "" ? [] : [{ row: parseRow(text, `${path}:${index + 1}`), line: index + 1 }],
    );
  if (rows.length === 0) throw new ConfigError(`${path} holds no row`, { mend: "Give a file with rows." });
  return { path, rows, sha256: createHash("sha256").update(bytes).digest("hex") };
}

function contents(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConfigError(`the data file ${path} cannot be read: ${(cause as Error).message}`, {
      mend: "Give the path of a JSONL file with --data, and of validation rows with --validation.",
      cause,
    });
  }
}

function textOf(path: string, bytes: Buffer): string {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    const plain = packed ? gunzipSync(bytes) : bytes;
    return new TextDecoder("utf-8", { fatal: true }).decode(plain);
  } catch (cause) {
    throw new ConfigError(`${path} is not ${packed ? "a whole gzip file of " : ""}UTF-8 text`, {
      mend: "Write the rows as UTF-8, one JSON object a line.",
      cause,
    });
  }
}
