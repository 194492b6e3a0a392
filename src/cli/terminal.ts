/** What the standard streams can do. Data goes to stdout, everything else to stderr. */

export const isInteractive = (): boolean =>
  process.stdout.isTTY === true && process.stdin.isTTY === true && !process.env.CI;

const coloured = (): boolean => process.stderr.isTTY === true && !process.env.NO_COLOR;

const sgr = (code: number) => (text: string) => (coloured() ? `\x1b[${code}m${text}\x1b[0m` : text);

/** Styles for messages on stderr; plain where it is no terminal or NO_COLOR is set. */
export const style = {
  bold: sgr(1),
  dim: sgr(2),
  red: sgr(31),
  green: sgr(32),
  yellow: sgr(33),
  cyan: sgr(36),
};

/** One line on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One line of data on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** A reader that closes our stdout (`| head`) has what it wanted: the process ends, and says nothing. */
export function endWithReader(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
