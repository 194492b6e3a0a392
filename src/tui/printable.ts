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

/** Text by lines of at most `width` columns; prose loses the blanks at which it is broken, a program keeps its own. */
export function wrapped(text: string, width: number, prose = false): string[] {
  return Bun.wrapAnsi(printable(text), Math.max(1, width), { hard: true, trim: prose }).split("\n");
}

/** Text in exactly `width` columns: filled with blanks, or cut with an ellipsis. */
export function cell(text: string, width: number): string {
  if (width <= 0) return "";
  const columns = Bun.stringWidth(text);
  if (columns <= width) return text + " ".repeat(width - columns);
  let cut = Bun.sliceAnsi(text, 0, width - 1);
  // A wide character over the edge is not cut in two.
  if (Bun.stringWidth(cut) > width - 1) cut = Bun.sliceAnsi(text, 0, width - 2);
  return cell(`${cut}…`, width);
}

/** As `cell`, but where it is cut the end is kept. */
export function endCell(text: string, width: number): string {
  const columns = Bun.stringWidth(text);
  if (columns <= width || width <= 0) return cell(text, width);
  let cut = Bun.sliceAnsi(text, columns - width + 1, columns);
  if (Bun.stringWidth(cut) > width - 1) cut = Bun.sliceAnsi(text, columns - width + 2, columns);
  return cell(`…${cut}`, width);
}

/** Control and format characters, lone surrogates, line separators, variation selectors; the line break is kept. */
const UNSAFE = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu;
