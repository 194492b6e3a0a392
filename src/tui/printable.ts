/**
 * Text of a model or a program, made safe for the terminal: no control characters (they move the cursor,
 * recolour, retitle), no bidirectional overrides, and none of the joiners that terminals measure differently.
 */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\t", "    ").replace(UNSAFE, "·");
}

/** On one line: line breaks with their indentation become a mark. */
export function oneLine(text: string): string {
  return printable(text.trim()).replace(/\s*\n\s*/g, " ⏎ ");
}

/** Text by lines of at most `width` columns. */
export function wrapped(text: string, width: number): string[] {
  return Bun.wrapAnsi(printable(text), Math.max(1, width), { hard: true, trim: false }).split("\n");
}

/** Control and format characters, lone surrogates, line separators, variation selectors; the line break is kept. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
