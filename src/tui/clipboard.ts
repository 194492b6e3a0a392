/** Longest text that is sent, bytes: what xterm, tmux, kitty and iTerm2 all take (100,000 characters of base64). */
export const MOST_COPIED = 74_000;

/**
 * Puts a text into the clipboard of the terminal's user, over ssh too: OSC 52 (xterm's control sequences), wrapped for
 * tmux where it runs. What it cannot hold, and what a shell would take as commands when it is pasted (control
 * characters other than line breaks and tabs), is left out. One sentence about it; whether the terminal obeys is not
 * known.
 */
export function copy(
  text: string,
  write: (sequence: string) => void = (sequence) => void process.stdout.write(sequence),
): string {
  const clean = text.replaceAll("\r\n", "\n").replace(CONTROL, "");
  const bytes = Buffer.from(clean, "utf8");
  const sent = bytes.length <= MOST_COPIED ? bytes : bytes.subarray(0, wholeCharacters(bytes, MOST_COPIED));
  const sequence = `\x1b]52;c;${sent.toString("base64")}\x07`;
  write(process.env.TMUX ? throughTmux(sequence) : sequence);
  const lines = clean.split("\n").length;
  const size = lines === 1 ? `${[...clean].length} characters` : `${lines} lines`;
  return sent.length === bytes.length
    ? `copied: ${size}`
    : `copied: the first ${sent.length} of ${bytes.length} bytes, more than a terminal takes`;
}

const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** tmux hands on what is wrapped so, with every escape doubled (`allow-passthrough`), beside what it takes itself. */
function throughTmux(sequence: string): string {
  return `${sequence}\x1bPtmux;${sequence.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`;
}

/** The longest length up to `most` that cuts no character of UTF-8. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
  let length = most;
  while (length > 0 && ((bytes[length] ?? 0) & 0xc0) === 0x80) length--;
  return length;
}
