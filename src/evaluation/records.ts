import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import * as v from "valibot";
import { ModelLoadError } from "../errors/index.ts";

/**
 * Records of a JSONL file, gzip or not, each checked against a schema. Throws ModelLoadError naming the file,
 * the line and the field that is wrong; `what` says in words what the file should be.
 */
export async function readRecords<S extends v.GenericSchema>(
  path: string,
  schema: S,
  what: string,
): Promise<v.InferOutput<S>[]> {
  const lines = (await readText(path, what)).split("\n");
  const records = lines.flatMap((line, index) =>
    line.trim() === "" ? [] : [parseRecord(line, schema, `${path}:${index + 1}`, what)],
  );
  if (records.length === 0) throw new ModelLoadError(`${path} holds no records; expected ${what}.`);
  return records;
}

async function readText(path: string, what: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new ModelLoadError(`${path} cannot be read: ${(cause as Error).message}`, {
      mend: `Give the path of ${what}.`,
      cause,
    });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString("utf8");
  try {
    return gunzipSync(bytes).toString("utf8");
  } catch (cause) {
    throw new ModelLoadError(`${path} is a truncated or damaged gzip file: ${(cause as Error).message}`, {
      mend: "Fetch the file again.",
      cause,
    });
  }
}

function parseRecord<S extends v.GenericSchema>(
  line: string,
  schema: S,
  place: string,
  what: string,
): v.InferOutput<S> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new ModelLoadError(`${place} is not JSON: ${(cause as Error).message}`, {
      mend: `Expected ${what}, one JSON object a line.`,
      cause,
    });
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const field = v.getDotPath(issue) ?? "the record";
  throw new ModelLoadError(`${place}: field ${field}: expected ${issue.expected}, got ${issue.received}.`, {
    mend: `Expected ${what}.`,
  });
}
