import { expect } from "bun:test";

/**
 * Raises where a frame does not fill its screen as it should: a row too many or too few, a row over the edge, a box
 * that is torn (a corner or a side without its like in the same column beneath).
 */
export function expectWhole(frame: string, columns: number, rows: number): void {
  const lines = frame.split("\n");
  expect(lines.length).toBe(rows);
  const wide = lines.filter((line) => Bun.stringWidth(line) > columns);
  expect(wide).toEqual([]);
  expect(lines.at(-1)?.trim()).not.toBe("");
  expect(torn(lines)).toEqual([]);
}

const UPPER = new Set("╭╮");
const LOWER = new Set("╰╯");

/** Columns at which a box that was opened has a hole. */
function torn(lines: readonly string[]): string[] {
  const open = new Set<number>();
  const found: string[] = [];
  lines.forEach((line, row) => {
    const cells = cellsOf(line);
    for (const column of open) {
      const cell = cells[column] ?? " ";
      if (LOWER.has(cell)) open.delete(column);
      else if (cell !== "│") found.push(`row ${row + 1}, column ${column + 1}: "${cell}" in ${line}`);
    }
    cells.forEach((cell, column) => {
      if (UPPER.has(cell)) open.add(column);
    });
  });
  for (const column of open) found.push(`column ${column + 1} is open at the bottom`);
  return found;
}

/** One entry for each column; a wide character's second one is empty. */
function cellsOf(line: string): string[] {
  return [...new Intl.Segmenter().segment(line)].flatMap(({ segment }) =>
    Bun.stringWidth(segment) === 2 ? [segment, ""] : [segment],
  );
}
