import { oneLine } from "../tui/printable.ts";

/** One line of a stream that is drawn over again in a terminal; nothing elsewhere. */
export class LiveLine {
  readonly live: boolean;
  #shown = false;
  #drawnAt = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {
    this.live = stream.isTTY === true && !process.env.CI && process.env.TERM !== "dumb";
  }

  /** Shows `text` in place of the last; at most ten times a second unless `now`. */
  draw(text: string, now = false): void {
    const at = performance.now();
    if (!this.live || (!now && at - this.#drawnAt < 100)) return;
    this.#drawnAt = at;
    this.#shown = true;
    const width = Math.max(20, this.stream.columns ?? 80) - 1;
    this.stream.write(`\r\x1b[2K${oneLine(text).slice(0, width)}`);
  }

  /** Takes the line away, so that others can be printed. */
  clear(): void {
    if (this.#shown) this.stream.write("\r\x1b[2K");
    this.#shown = false;
    this.#drawnAt = 0;
  }
}
