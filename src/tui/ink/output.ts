import {
  type StyledChar,
  styledCharsFromTokens,
  styledCharsToString,
  tokenize,
} from "@alcalzone/ansi-tokenize";

/** A character of a line with its styles, and the columns that it takes; nothing changes one. */
interface Cell extends StyledChar {
  columns: number;
}

/** Cells outside of it are not drawn; the ends are exclusive, an absent bound leaves its edge open. */
interface Clip {
  x1?: number | undefined;
  x2?: number | undefined;
  y1?: number | undefined;
  y2?: number | undefined;
}

/** One line of a text in a row of the frame. */
interface Piece {
  text: string;
  x: number;
}

/** Changes a line of a text that begins at `index` 0, as Ink's colours do. */
type Transformer = (line: string, index: number) => string;

const BLANK: Cell = { type: "char", value: " ", fullWidth: false, styles: [], columns: 1 };
/** Cells that are remembered: some frames of a large terminal, less than 10 MB. */
const MOST_CELLS = 50_000;

/**
 * One frame of texts at their places: what Ink's own Output does, with its interface and to the letter, but for what it
 * costs. Ink takes every text of every frame apart into cells; here lines stay taken apart from frame to frame, and a row
 * that nothing has changed in is what it was in the frame before. A frame costs what has changed.
 */
export default class Output {
  readonly width: number;
  readonly height: number;
  readonly #rows: Piece[][];
  readonly #clips: Clip[] = [];

  constructor({ width, height }: { width: number; height: number }) {
    this.width = width;
    this.height = height;
    this.#rows = Array.from({ length: height }, () => []);
  }

  /** Puts the lines of a text at a column and the rows from `y` on, each changed by the transformers in turn. */
  write(
    x: number,
    y: number,
    text: string,
    { transformers }: { transformers: readonly Transformer[] },
  ): void {
    if (text === "") return;
    const { x1, x2, y1 = 0, y2 = this.height } = this.#clips.at(-1) ?? {};
    const across = x1 !== undefined && x2 !== undefined;
    if (across && x1 >= x2) return;
    const lines = linesOf(text);
    const first = Math.max(0, y1 - y, -y);
    const end = Math.min(lines.length, y2 - y, this.height - y);
    for (let index = first; index < end; index++) {
      let line = lines[index] ?? "";
      if (across) line = columnsOf(line, x1 - x, x2 - x);
      for (const transformer of transformers) line = transformer(line, index);
      if (line !== "") this.#rows[y + index]?.push({ text: line, x: across ? Math.max(x, x1) : x });
    }
  }

  /** What is written until `unclip` is seen within these bounds, and within those around them, alone. */
  clip(inner: Clip): void {
    const outer = this.#clips.at(-1) ?? {};
    this.#clips.push({
      x1: tighter(outer.x1, inner.x1, Math.max),
      x2: tighter(outer.x2, inner.x2, Math.min),
      y1: tighter(outer.y1, inner.y1, Math.max),
      y2: tighter(outer.y2, inner.y2, Math.min),
    });
  }

  unclip(): void {
    this.#clips.pop();
  }

  /** The frame as text, a line a row, without blanks at the ends. */
  get(): { output: string; height: number } {
    const rows = this.#rows.map((pieces, index) => {
      const drawn = lastRows[index];
      if (drawn?.width === this.width && isSame(drawn.pieces, pieces)) return drawn;
      return { width: this.width, pieces, text: drawRow(pieces, this.width) };
    });
    lastRows = rows;
    if (knownCells > MOST_CELLS) forget();
    return { output: rows.map(({ text }) => text).join("\n"), height: this.height };
  }
}

/** The rows of the last frame. */
let lastRows: readonly { width: number; pieces: readonly Piece[]; text: string }[] = [];

const isSame = (one: readonly Piece[], other: readonly Piece[]): boolean =>
  one.length === other.length &&
  one.every(({ text, x }, index) => other[index]?.x === x && other[index].text === text);

const tighter = (
  outer: number | undefined,
  inner: number | undefined,
  choose: (a: number, b: number) => number,
): number | undefined => (outer === undefined ? inner : inner === undefined ? outer : choose(outer, inner));

/** The pieces of a row over each other, the last on top. */
function drawRow(pieces: readonly Piece[], width: number): string {
  const row: (Cell | undefined)[] = new Array(width).fill(BLANK);
  for (const { text, x } of pieces) {
    const cells = cellsOf(text);
    if (cells.length === 0) continue;
    let column = x;
    // Half of a wide character is left over where a piece begins or ends within it.
    const before = row[column - 1];
    if (row[column]?.value === "" && before && before.columns > 1) row[column - 1] = blanked(before);
    for (const cell of cells) {
      row[column] = cell;
      for (let rest = 1; rest < cell.columns; rest++)
        row[column + rest] = { ...BLANK, value: column < 0 ? " " : "", styles: cell.styles };
      column += cell.columns;
    }
    const after = row[column];
    if (after?.value === "") row[column] = blanked(after);
  }
  return styledCharsToString(row.filter((cell) => cell !== undefined)).trimEnd();
}

const blanked = ({ styles }: Cell): Cell => ({ ...BLANK, styles });

/** The columns from `from` to `to` of a line; half of a wide character is a blank. */
function columnsOf(line: string, from: number, to: number): string {
  const kept: Cell[] = [];
  let column = 0;
  for (const cell of cellsOf(line)) {
    const start = column;
    column += cell.columns;
    if (column <= from) continue;
    if (start >= to) break;
    kept.push(cell.columns > 1 && (start < from || column > to) ? blanked(cell) : cell);
  }
  return styledCharsToString(kept);
}

const knownCellsOf = new Map<string, readonly Cell[]>();
const knownLinesOf = new Map<string, readonly string[]>();
let knownCells = 0;

function forget(): void {
  knownCellsOf.clear();
  knownLinesOf.clear();
  knownCells = 0;
}

function cellsOf(text: string): readonly Cell[] {
  const known = knownCellsOf.get(text);
  if (known) return known;
  const cells = styledCharsFromTokens(tokenize(text))
    // Invisible characters by themselves take no cell.
    .filter(({ value }) => !/^\p{Default_Ignorable_Code_Point}+$/u.test(value))
    .map((character) => ({ ...character, columns: Math.max(1, Bun.stringWidth(character.value)) }));
  knownCellsOf.set(text, cells);
  knownCells += cells.length;
  return cells;
}

const ASCII = /^[ -~\n]*$/;

/** The lines of a text, each with the styles that are on where it begins. */
function linesOf(text: string): readonly string[] {
  if (ASCII.test(text)) return text.split("\n");
  const known = knownLinesOf.get(text);
  if (known) return known;
  const cells: Cell[][] = [[]];
  for (const cell of cellsOf(text)) {
    if (cell.value === "\n") cells.push([]);
    else cells.at(-1)?.push(cell);
  }
  const lines = cells.map((line) => styledCharsToString(line));
  knownLinesOf.set(text, lines);
  return lines;
}
