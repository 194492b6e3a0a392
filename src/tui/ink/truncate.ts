const ELLIPSIS = "…";
// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with the control character.
const LAST_STYLES = /(?:\x1b\[[\d;]*m)*$/;

/**
 * One line of text in at most so many columns, an ellipsis at its end where it is cut, in the style of what is before
 * it: what Ink asks of cli-truncate, by Bun's native functions. Raises RangeError for another place than the end, which
 * no text here is cut at.
 */
export default function truncate(text: string, columns: number, { position = "end" } = {}): string {
  if (position !== "end") throw new RangeError(`texts are cut at their end here, not at "${position}"`);
  if (columns < 1) return "";
  if (Bun.stringWidth(text) <= columns) return text;
  if (columns === 1) return ELLIPSIS;
  let cut = Bun.sliceAnsi(text, 0, columns - 1);
  // A wide character over the edge is left out.
  if (Bun.stringWidth(cut) >= columns) cut = Bun.sliceAnsi(text, 0, columns - 2);
  return cut.replace(LAST_STYLES, (styles) => ELLIPSIS + styles);
}
