/**
 * What the standard streams can do. Data goes to stdout, everything else to stderr. What reaches a terminal is
 * neutralised here, whoever printed it: a run's name, a path or a message may hold what steers one.
 */
import { printable } from "../tui/printable.ts";

/** Whether the screens can be shown; a dumb terminal has no cursor to move. */
export const isInteractive = (): boolean =>
  process.stdout.isTTY === true && process.stdin.isTTY === true && !process.env.CI && !isDumb();

const isDumb = (): boolean => process.env.TERM === "dumb";

/** What stands for a style until it is known which stream the text goes to: noncharacters, which no text holds. */
const FIRST_MARK = 0xfdd0;
const mark = (code: number) => String.fromCharCode(FIRST_MARK + code);
const MARK = /[\u{fdd0}-\u{fdef}]/gu;

const marked = (code: number) => (text: string) => `${mark(code)}${text}${mark(RESET)}`;

/** Codes of SGR by the place among the marks. */
const SGR = [0, 1, 2, 31, 32, 33, 36];
const RESET = 0;

/** Styles for what is said and printed; plain where the stream is no terminal, or a dumb one, or NO_COLOR is set. */
export const style = {
  bold: marked(1),
  dim: marked(2),
  red: marked(3),
  green: marked(4),
  yellow: marked(5),
  cyan: marked(6),
};

/** Text for a stream: into a terminal with its styles and no control character, elsewhere as it is. */
export function shown(text: string, { isTTY }: { isTTY?: boolean }): string {
  const safe = isTTY === true ? printable(text) : text;
  const coloured = isTTY === true && !process.env.NO_COLOR && !isDumb();
  return safe.replace(MARK, (one) => {
    const code = SGR[one.charCodeAt(0) - FIRST_MARK];
    return coloured && code !== undefined ? `\x1b[${code}m` : "";
  });
}

/** One line on stderr. */
export function say(line: string): void {
  process.stderr.write(`${shown(line, process.stderr)}\n`);
}

/** One line of data on stdout. */
export function print(line: string): void {
  process.stdout.write(`${shown(line, process.stdout)}\n`);
}

/** JSON on stdout, on lines of its own or, without indent, on one. Its control characters are escaped in any case. */
export function printJson(value: unknown, indent = 2): void {
  const text = JSON.stringify(value, null, indent).replace(/[\p{Cf}\x7f-\x9f]/gu, escaped);
  process.stdout.write(`${text}\n`);
}

const escaped = (text: string) =>
  text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A reader that closes our stdout (`| head`) has what it wanted: the process ends, and says nothing. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
