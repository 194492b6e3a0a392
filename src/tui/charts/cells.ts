import { colourCode } from "../theme.ts";

/** Colours as the terminal numbers them; those that charts use are named in line-chart.ts. */
export type CellColour = number;

const FAINT = 200;
/** The terminal's own colour of text. */
const DEFAULT = 9;
/** The parameter that sets it. */
const OWN = "39";
/** Names of the canvas' colours by their numbers; black is not drawn in. */
const NAMES = ["white", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The canvas' colour of a faint line of a named colour. */
export const faintColour = (colour: CellColour): number => FAINT + colour;

/** What braille dots and text say of one frame, by cells, row after row. */
export interface Cells {
  columns: number;
  rows: number;
  /** Dots of each cell as bits of its braille character. */
  dots: Uint8Array;
  /** Codes of the colour that each cell was drawn in last, as the canvas writes them. */
  colours: readonly (string | null | undefined)[];
  /** Text over the dots. */
  text: ReadonlyMap<number, { character: string; colour: CellColour }>;
}

/**
 * The cells as lines of text with one colour code per run: the canvas' own frame has two around every cell, and is
 * more than twice as long. Faint lines become faint text, which terminals of 16 colours and of light background
 * show too.
 */
export function frameOf({ columns, rows, dots, colours, text }: Cells): string {
  const lines: string[] = [];
  const codes = NAMES.map(colourCode);
  for (let row = 0; row < rows; row++) {
    let line = "";
    let current = DEFAULT;
    for (let cell = row * columns; cell < (row + 1) * columns; cell++) {
      const written = text.get(cell);
      const mask = dots[cell] ?? 0;
      if (!written && mask === 0) {
        line += " ";
        continue;
      }
      const wanted = seen(written ? written.colour : numberOf(colours[cell]), codes);
      if (wanted !== current) line += change(current, wanted, codes);
      current = wanted;
      line += written ? written.character : String.fromCharCode(0x2800 + mask);
    }
    lines.push(current === DEFAULT ? line : line + change(current, DEFAULT, codes));
  }
  return lines.join("\n");
}

/** What the theme draws in the terminal's own colour of text, such as white, is that here. */
const seen = (colour: CellColour, codes: readonly string[]): CellColour =>
  codes[colour % FAINT] === OWN ? colour - (colour % FAINT) + DEFAULT : colour;

/** `ESC[36m` -> 6, `ESC[38;5;206m` -> 206. */
function numberOf(code: string | null | undefined): number {
  if (!code) return DEFAULT;
  return Number(code.startsWith("\x1b[38;5;") ? code.slice(7, -1) : code.slice(3, -1));
}

function change(from: number, to: number, codes: readonly string[]): string {
  const weight = from >= FAINT === to >= FAINT ? "" : to >= FAINT ? "2;" : "22;";
  return `\x1b[${weight}${codes[to % FAINT] ?? OWN}m`;
}
