import type { IBufferCell, Terminal } from "@xterm/headless";

/** Size of a cell, pixels: what common monospaced fonts have at 14 pixels. */
const CELL = { width: 8.4, height: 18 };
const PADDING = 12;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const PAPER = "#14161b";
const INK = "#d7dae0";
/** The sixteen colours of a terminal. */
const PALETTE = [
  ...["#2b2f38", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"],
  ...["#6b7280", "#ff7b86", "#b1d98f", "#f2d28c", "#7cc4ff", "#d99bef", "#74d1dd", "#ffffff"],
];

interface Style {
  colour: string;
  paper: string | null;
  bold: boolean;
  faint: boolean;
}

/** What a terminal shows, as an SVG picture. */
export function frameToSvg(terminal: Terminal): string {
  const { cols, rows } = terminal;
  const width = cols * CELL.width + 2 * PADDING;
  const height = rows * CELL.height + 2 * PADDING;
  const lines = Array.from({ length: rows }, (_, row) => lineToSvg(terminal, row)).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${FONT}" font-size="14">`,
    `<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>`,
    `${lines}</svg>\n`,
  ].join("\n");
}

/** Runs of cells of one style: a rectangle where they have a background, and their text at its column. */
function lineToSvg(terminal: Terminal, row: number): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row);
  if (!line) return "";
  const runs: { column: number; columns: number; text: string; style: Style }[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    const style = styleOf(cell);
    const last = runs.at(-1);
    if (last && cell.getWidth() === 1 && JSON.stringify(last.style) === JSON.stringify(style)) {
      last.text += text;
      last.columns++;
    } else runs.push({ column, columns: cell.getWidth(), text, style });
  }
  const top = PADDING + row * CELL.height;
  return runs
    .filter(({ text, style }) => text.trim() !== "" || style.paper !== null)
    .map(({ column, columns, text, style }) => {
      const x = round(PADDING + column * CELL.width);
      const width = round(columns * CELL.width);
      const paper = style.paper
        ? `<rect x="${x}" y="${top}" width="${width}" height="${CELL.height}" fill="${style.paper}"/>`
        : "";
      if (text.trim() === "") return `${paper}\n`;
      const weight = style.bold ? ' font-weight="bold"' : "";
      const faint = style.faint ? ' opacity="0.6"' : "";
      return `${paper}<text x="${x}" y="${round(top + CELL.height * 0.75)}" textLength="${width}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="${style.colour}"${weight}${faint}>${escaped(text)}</text>\n`;
    })
    .join("");
}

function styleOf(cell: IBufferCell): Style {
  const ink = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? INK) : INK;
  const paper = cell.isBgPalette() ? (PALETTE[cell.getBgColor()] ?? null) : null;
  const inverse = Boolean(cell.isInverse());
  return {
    colour: inverse ? (paper ?? PAPER) : ink,
    paper: inverse ? ink : paper,
    bold: Boolean(cell.isBold()),
    faint: Boolean(cell.isDim()),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
