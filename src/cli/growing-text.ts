/** How model text goes to stdout: into a terminal without control sequences, else as it is. */
export async function stdoutText(): Promise<(text: string) => string> {
  if (!process.stdout.isTTY) return (text) => text;
  return (await import("../tui/printable.ts")).printable;
}

/** Writes a text as it grows. */
export class GrowingText {
  #written = 0;

  constructor(
    readonly shown: (text: string) => string,
    readonly write: (text: string) => void = (text) => void process.stdout.write(text),
  ) {}

  /** The text so far; it begins with what it was before. */
  show(whole: string): void {
    // A carriage return may be the first half of a line break.
    this.#to(whole, whole.endsWith("\r") ? whole.length - 1 : whole.length);
  }

  /** The whole text, and a line break. */
  end(text: string): void {
    this.#to(text, text.length);
    this.write("\n");
  }

  #to(text: string, end: number): void {
    if (end <= this.#written) return;
    this.write(this.shown(text.slice(this.#written, end)));
    this.#written = end;
  }
}
