import type { IBufferCell, Terminal } from "@xterm/headless";

/** Size of a cell, pixels: what common monospaced fonts have at 14 pixels. */
const CELL = { width: 8.4, height: 18 };
const PADDING = 12;
const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
/** Background, text and the sixteen colours of a dark terminal, and of a light one as xterm has them. */
const LOOKS = {
  dark: {
    paper: "#14161b",
    ink: "#d7dae0",
    sixteen: [
      ...["#2b2f38", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0"],
      ...["#6b7280", "#ff7b86", "#b1d98f", "#f2d28c", "#7cc4ff", "#d99bef", "#74d1dd", "#ffffff"],
    ],
  },
  light: {
    paper: "#ffffff",
    ink: "#1c1c1c",
    sixteen: [
      ...["#000000", "#cd0000", "#00cd00", "#cdcd00", "#0000ee", "#cd00cd", "#00cdcd", "#e5e5e5"],
      ...["#7f7f7f", "#ff0000", "#00ff00", "#ffff00", "#5c5cff", "#ff00ff", "#00ffff", "#ffffff"],
    ],
  },
} as const;
type Look = (typeof LOOKS)[keyof typeof LOOKS];

interface Style {
  colour: string;
  paper: string | null;
  bold: boolean;
  faint: boolean;
}

/** What a terminal shows, as an SVG picture on its background. */
export function frameToSvg(terminal: Terminal, background: keyof typeof LOOKS = "dark"): string {
  const look = LOOKS[background];
  const { cols, rows } = terminal;
  const width = cols * CELL.width + 2 * PADDING;
  const height = rows * CELL.height + 2 * PADDING;
  const lines = Array.from({ length: rows }, (_, row) => lineToSvg(terminal, row, look)).join("");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${FONT}" font-size="14">`,
    `<rect width="100%" height="100%" rx="8" fill="${look.paper}"/>`,
    `${lines}</svg>\n`,
  ].join("\n");
}

/** Runs of cells of one style: a rectangle where they have a background, and their text at its column. */
function lineToSvg(terminal: Terminal, row: number, look: Look): string {
  const { active } = terminal.buffer;
  const line = active.getLine(active.baseY + row);
  if (!line) return "";
  const runs: { column: number; columns: number; text: string; style: Style }[] = [];
  for (let column = 0; column < terminal.cols; column++) {
    const cell = line.getCell(column);
    if (!cell || cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    const style = styleOf(cell, look);
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

function styleOf(cell: IBufferCell, look: Look): Style {
  const ink = cell.isFgPalette() ? colourOf(cell.getFgColor(), look) : look.ink;
  const paper = cell.isBgPalette() ? colourOf(cell.getBgColor(), look) : null;
  const inverse = Boolean(cell.isInverse());
  return {
    colour: inverse ? (paper ?? look.paper) : ink,
    paper: inverse ? ink : paper,
    bold: Boolean(cell.isBold()),
    faint: Boolean(cell.isDim()),
  };
}

/** A colour of the 256: the sixteen, a cube of six shares of red, green and blue, a ramp of greys. */
function colourOf(number: number, { sixteen }: Look): string {
  const own = sixteen[number];
  if (own !== undefined) return own;
  const share = (part: number) => (part === 0 ? 0 : 55 + 40 * part);
  const [cube, grey] = [number - 16, 8 + 10 * (number - 232)];
  const parts =
    number >= 232
      ? [grey, grey, grey]
      : [share(Math.floor(cube / 36)), share(Math.floor(cube / 6) % 6), share(cube % 6)];
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

const round = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
