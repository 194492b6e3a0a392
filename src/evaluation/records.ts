import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import * as v from "valibot";
import { AzrError, ModelLoadError } from "../errors/index.ts";
import { parquetRows } from "./parquet.ts";

/** A checked record, the line that it was read from, and `file:line` for messages. */
export interface RecordLine<T> {
  record: T;
  line: string;
  place: string;
}

/**
 * Records of a JSONL file, gzip or not, or of a Parquet file, each checked against a schema. Throws ModelLoadError naming the file,
 * the line and the field that is wrong; `what` says in words what the file should be.
 */
export async function readRecords<S extends v.GenericSchema>(
  paths: string | readonly string[],
  schema: S,
  what: string,
): Promise<v.InferOutput<S>[]> {
  const records: v.InferOutput<S>[] = [];
  for (const path of [paths].flat()) {
    for await (const { record } of readLines(path, schema, what)) records.push(record);
  }
  return records;
}

/** As `readRecords`, one after the other: APPS is larger than a string may be. */
export async function* readLines<S extends v.GenericSchema>(
  path: string,
  schema: S,
  what: string,
): AsyncGenerator<RecordLine<v.InferOutput<S>>> {
  const begin = await firstBytes(path, what);
  let [number, records] = [0, 0];
  if (begin.equals(PARQUET)) {
    for (const row of await parquetRows(path)) {
      number += 1;
      const place = `${path}: row ${number}`;
      yield { record: checkRecord(row, schema, place, what), line: JSON.stringify(row), place };
    }
    if (number === 0) throw new ModelLoadError(`${path} holds no records; expected ${what}.`);
    return;
  }
  for await (const line of textLines(path, begin.subarray(0, 2).equals(GZIP))) {
    number += 1;
    if (line.trim() === "") continue;
    const place = `${path}:${number}`;
    records += 1;
    yield { record: parseRecord(line, schema, place, what), line, place };
  }
  if (records === 0) throw new ModelLoadError(`${path} holds no records; expected ${what}.`);
}

/** Checks a value. Throws ModelLoadError naming the place and the field that is wrong. */
export function checkRecord<S extends v.GenericSchema>(
  value: unknown,
  schema: S,
  place: string,
  what: string,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? "the record";
  const expected = issue.type === "check" ? issue.message : issue.expected;
  throw new ModelLoadError(`${place}: field ${field}: expected ${expected}, got ${issue.received}.`, {
    mend: `Expected ${what}.`,
  });
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from("PAR1");

async function* textLines(path: string, isPacked: boolean): AsyncGenerator<string> {
  const file = createReadStream(path);
  const stream: Readable = isPacked ? file.pipe(createGunzip()) : file;
  file.on("error", (error) => stream.destroy(error));
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of stream) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() as string;
      yield* lines;
    }
  } catch (cause) {
    if (cause instanceof AzrError || !isPacked) throw cause;
    throw new ModelLoadError(`${path} is a truncated or damaged gzip file: ${(cause as Error).message}`, {
      mend: "Fetch the file again.",
      cause,
    });
  } finally {
    file.destroy();
  }
  yield rest + decoder.decode();
}

async function firstBytes(path: string, what: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const bytes = Buffer.alloc(4);
    // From where it stands, which is the start: a pipe has no other places, and waits for its writer.
    await file.read(bytes, 0, 4, null);
    return bytes;
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read: ${(cause as Error).message}`, {
      mend: `Give the path of ${what}.`,
      cause,
    });
  }
}

/** What Python writes of floats that JSON does not have; strings are matched to be passed over. */
const NOT_JSON = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

function parseRecord<S extends v.GenericSchema>(
  line: string,
  schema: S,
  place: string,
  what: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(NOT_JSON, (token) => (token.startsWith('"') ? token : "null")));
  } catch (cause) {
    throw new ModelLoadError(`${place} is not JSON: ${(cause as Error).message}`, {
      mend: `Expected ${what}, one JSON object a line. A last line that was cut off means that the file is not whole.`,
      cause,
    });
  }
  return checkRecord(value, schema, place, what);
}
