/** Presses and the wheel are reported, beyond column 223 too: xterm's modes 1000 and 1006. */
export const MOUSE_ON = "\x1b[?1000h\x1b[?1006h";
export const MOUSE_OFF = "\x1b[?1006l\x1b[?1000l";

/** A press of the left button arrives as one key with this prefix, then `column,row` from 0. */
const CLICK = "click:";
/** Before the keys of the wheel: where it was turned. */
const POINT = "point:";
/** Lines that a notch of the wheel moves. */
const WHEEL_LINES = 3;
/** Stands for the escape of a report on its way through Ink, which keeps mouse reports from its users: for private use. */
const MARK = "\u{10fffd}";

/** An input stream, as far as reports are taken from it. */
interface Readable {
  read(size?: number): unknown;
}

/** Marks the mouse reports in what is read from a stream, for `inputKeys`; what it gives back ends that. */
export function markReports(stream: Readable): () => void {
  const { read } = stream;
  let rest = "";
  stream.read = (size) => {
    const chunk = read.call(stream, size);
    if (typeof chunk !== "string") return chunk;
    const text = rest + chunk;
    // A report that is cut waits for its other part.
    rest = REPORT_BEGUN.exec(text)?.[0] ?? "";
    return text.slice(0, text.length - rest.length).replace(REPORT, `${MARK}$1`);
  };
  return () => {
    stream.read = read;
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a report begins with the control character.
const REPORT = /\x1b\[<(\d+;\d+;\d+[Mm])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const REPORT_BEGUN = /\x1b\[<[\d;]*$/;
const MARKED = new RegExp(`${MARK}(\\d+);(\\d+);(\\d+)([Mm])`, "gu");

/** The keys of one input of Ink's: those that the mouse stands for, and what `named` makes of the text between. */
export function inputKeys(input: string, named: (text: string) => string[]): string[] {
  const keys: string[] = [];
  let at = 0;
  for (const report of input.matchAll(MARKED)) {
    if (report.index > at) keys.push(...named(input.slice(at, report.index)));
    const [button = 0, column = 0, row = 0] = report.slice(1, 4).map(Number);
    if (report[4] === "M") keys.push(...mouseKeys(button, column - 1, row - 1));
    at = report.index + report[0].length;
  }
  return at === 0 ? named(input) : at < input.length ? [...keys, ...named(input.slice(at))] : keys;
}

function mouseKeys(button: number, column: number, row: number): string[] {
  const wheel = { 64: "wheelup", 65: "wheeldown" }[button];
  if (wheel) return [`${POINT}${column},${row}`, ...new Array<string>(WHEEL_LINES).fill(wheel)];
  return button === 0 ? [`${CLICK}${column},${row}`] : [];
}

interface ScreenCell {
  column: number;
  row: number;
}

/** The cell that a key is a click on; null when it is none. */
export const clickOf = (key: string): ScreenCell | null => cellAfter(CLICK, key);

/** The cell that the wheel is turned on with the keys that follow; null when the key does not say so. */
export const pointOf = (key: string): ScreenCell | null => cellAfter(POINT, key);

function cellAfter(prefix: string, key: string): ScreenCell | null {
  if (!key.startsWith(prefix)) return null;
  const [column = 0, row = 0] = key.slice(prefix.length).split(",").map(Number);
  return { column, row };
}
