import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ServerMessage } from "../../engine/protocol.ts";
import { RunError } from "../../errors/index.ts";

/** What an engine said, and when: milliseconds since the recording began. */
export interface RecordedMessage {
  at: number;
  message: ServerMessage;
}

/**
 * A run as it was watched for a while: its database and settings as they were at the end, and what the engine said
 * meanwhile.
 */
export interface Recording {
  name: string;
  /** When the recording began, milliseconds since the epoch. */
  startedAt: number;
  /** The last step that was finished then. */
  step: number;
  /** config.json. */
  config: string;
  /** run.sqlite, a whole file. */
  database: Uint8Array;
  messages: readonly RecordedMessage[];
}

const FORMAT = "azr-tui recording";
const VERSION = 1;

/** One gzip file: a line of JSON, the bytes of the database, a line of JSON for each message. */
export function writeRecording(path: string, recording: Recording): void {
  const { database, messages, ...about } = recording;
  const head = { format: FORMAT, version: VERSION, ...about, databaseBytes: database.byteLength };
  const lines = messages.map((one) => `${JSON.stringify(one)}\n`).join("");
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), database, Buffer.from(lines)];
  writeFileSync(path, gzipSync(Buffer.concat(parts), { level: 9 }));
}

/** Raises RunError when the file is none, or of another version. */
export function readRecording(path: string): Recording {
  const bytes = unpacked(path);
  const end = bytes.indexOf("\n");
  const head = end < 0 ? null : headOf(bytes.subarray(0, end).toString("utf8"));
  if (head?.format !== FORMAT) throw notRecorded(path, "it is none");
  if (head.version !== VERSION) throw notRecorded(path, `it has version ${head.version}, not ${VERSION}`);
  const from = end + 1;
  const database = bytes.subarray(from, from + head.databaseBytes);
  try {
    const lines = bytes
      .subarray(from + head.databaseBytes)
      .toString("utf8")
      .split("\n")
      .filter(Boolean);
    const messages = lines.map((line) => JSON.parse(line) as RecordedMessage);
    const { name, startedAt, step, config } = head;
    return { name, startedAt, step, config, database, messages };
  } catch (error) {
    if (error instanceof SyntaxError) throw notRecorded(path, "it is cut short");
    throw error;
  }
}

type Head = Omit<Recording, "database" | "messages"> & {
  format: string;
  version: number;
  databaseBytes: number;
};

function unpacked(path: string): Buffer {
  try {
    return gunzipSync(readFileSync(path));
  } catch (error) {
    if (error instanceof Error) throw notRecorded(path, error.message);
    throw error;
  }
}

function headOf(line: string): Head | null {
  try {
    return JSON.parse(line) as Head;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function notRecorded(path: string, why: string): RunError {
  return new RunError(`${path} cannot be read as the recording of a run: ${why}.`, {
    mend: "`azr-tui attach --replay` without a file plays the one that comes with azr-tui.",
  });
}
