/**
 * Merges the colour codes that the canvas writes around every cell into one code per run, which makes a frame
 * less than half as long. Only foreground and background colours occur.
 */
export function mergeColourRuns(text: string): string {
  let output = "";
  let wanted = DEFAULT;
  let current = DEFAULT;
  let at = 0;
  for (const match of text.matchAll(SGR)) {
    emit(text.slice(at, match.index));
    wanted = apply(wanted, match[1] ?? "");
    at = match.index + match[0].length;
  }
  emit(text.slice(at));
  return current === DEFAULT ? output : output + RESET;

  function emit(cells: string): void {
    for (const part of cells.split(/(\n)/)) {
      if (part === "") continue;
      if (part === "\n") {
        if (current !== DEFAULT) output += RESET;
        current = DEFAULT;
      } else if (current !== wanted && (part.trim() !== "" || coloured(wanted) || coloured(current))) {
        output += `\x1b[${wanted}m`;
        current = wanted;
      }
      output += part;
    }
  }
}

/** Foreground and background. */
const DEFAULT = "39;49";
const RESET = `\x1b[${DEFAULT}m`;
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with the control character.
const SGR = /\x1b\[([\d;]*)m/g;

/** Whether a blank shows: its background is coloured. */
const coloured = (colours: string): boolean => !colours.endsWith(";49");

function apply(colours: string, code: string): string {
  const [foreground, background] = colours.split(/;(?=4)/) as [string, string];
  if (code === "" || code === "0") return DEFAULT;
  return /^4/.test(code) ? `${foreground};${code}` : `${code};${background}`;
}
