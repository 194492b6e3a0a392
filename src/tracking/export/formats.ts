import { type Cell, type ExportedTable, JsonCell } from "./tables.ts";

/** A table as lines, each with its end. Numbers are written so that reading gives the same number. */
export type ExportFormat = (table: ExportedTable) => Generator<string>;

/** RFC 4180 with a header line, but lines end in LF. An empty field is a null, `""` an empty text; lists and maps are JSON. */
export function* csv({ columns, rows }: ExportedTable): Generator<string> {
  yield `${columns.map(field).join(",")}\n`;
  for (const row of rows()) yield `${row.map(field).join(",")}\n`;
}

/** One JSON object a line, with the columns as keys. Control characters are escaped, DEL and C1 too. */
export function* jsonLines({ columns, rows }: ExportedTable): Generator<string> {
  for (const row of rows()) {
    const object = Object.fromEntries(columns.map((column, i) => [column, plain(row[i] ?? null)]));
    yield `${JSON.stringify(object).replace(/[\u007f-\u009f]/g, escaped)}\n`;
  }
}

export const FORMATS = { csv, jsonl: jsonLines } satisfies Record<string, ExportFormat>;

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = cell instanceof JsonCell ? cell.text : cell;
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plain(cell: Cell): unknown {
  return cell instanceof JsonCell ? cell.value : cell;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
