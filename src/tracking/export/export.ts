import type { RunDatabase } from "../../runs/database.ts";
import { FORMATS } from "./formats.ts";
import { exportedTable, type TableName } from "./tables.ts";

export interface ExportOptions {
  table: TableName;
  format: keyof typeof FORMATS;
}

/** Characters written at once. */
const CHUNK = 64 * 1024;

/**
 * A table of a run as text, in pieces of some 64 KiB. All of it is of one moment: steps that come meanwhile, or a
 * rewind, are not in it.
 */
export function* exportText(database: RunDatabase, { table, format }: ExportOptions): Generator<string> {
  // A read transaction; the engine's writes go on beside it.
  database.run("BEGIN");
  try {
    let chunk = "";
    for (const line of FORMATS[format](exportedTable(database, table))) {
      chunk += line;
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = "";
    }
    if (chunk) yield chunk;
  } finally {
    database.run("COMMIT");
  }
}
