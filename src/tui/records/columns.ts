import type { Column } from "./kind.ts";

/** Columns that the last one, the text, keeps. */
const TEXT_WIDTH = 16;

/**
 * The columns that fit beside the text, in their order: those chosen, less those of the lowest rank. `chosen` says of
 * a column by its name whether it is wanted; without a word it is unless it is optional.
 */
export function fittingColumns<R>(
  columns: readonly Column<R>[],
  chosen: Readonly<Record<string, boolean>>,
  width: number,
): Column<R>[] {
  const wanted = columns.filter(({ name, optional = false }) => chosen[name] ?? !optional);
  const shown = new Set<Column<R>>();
  let room = width - TEXT_WIDTH;
  for (const column of wanted.toSorted((a, b) => b.rank - a.rank)) {
    room -= column.width + 1;
    if (room < 0) break;
    shown.add(column);
  }
  return wanted.filter((column) => shown.has(column));
}

/** A text in a column: cut, or filled up. */
export function padded(text: string, { width, right = false }: { width: number; right?: boolean }): string {
  const cut = text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
  return right ? cut.padStart(width) : cut.padEnd(width);
}
