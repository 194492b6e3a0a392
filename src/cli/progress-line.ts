import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";
import { LiveLine } from "./live-line.ts";
import { say, style } from "./terminal.ts";

export interface ProgressValue {
  label: string;
  done: number;
  /** Null when unknown. */
  total: number | null;
  unit: string;
  /** Units per second as the work itself measures it; from the line's own clock when absent. */
  rate?: number;
  /** More to show at the end of the line. */
  note?: string;
}

/** Time between two lines about the same work where no line can be drawn over, milliseconds. */
const SELDOM_MS = 15_000;

/**
 * Progress of long work on stderr: one line that is drawn over in a terminal; elsewhere a plain line when a
 * label begins, every fifteen seconds, and when it ends.
 */
export class ProgressLine {
  #label = "";
  #began = 0;
  #first = 0;
  #said = 0;
  #last: ProgressValue | undefined;
  readonly #line = new LiveLine();

  update(value: ProgressValue): void {
    const now = performance.now();
    if (value.label !== this.#label) {
      this.end();
      this.#label = value.label;
      this.#began = now;
      this.#said = now;
      this.#first = value.done;
      if (!this.#line.live) say(style.dim(`${value.label} ...`));
    }
    this.#last = value;
    const text = progressText(value, (now - this.#began) / 1000, this.#first);
    this.#line.draw(text, value.done === value.total);
    if (!this.#line.live && now - this.#said > SELDOM_MS) {
      this.#said = now;
      say(style.dim(text));
    }
  }

  /** Closes the current line, leaving its last state. */
  end(): void {
    if (!this.#last) return;
    const seconds = prettyMilliseconds(performance.now() - this.#began, { secondsDecimalDigits: 1 });
    this.#line.clear();
    say(`${this.#label}: ${amount(this.#last.done, this.#last.unit)} in ${seconds}`);
    this.#last = undefined;
    this.#label = "";
  }

  /** Takes the line away without a word about how far it came. */
  drop(): void {
    this.#line.clear();
    this.#last = undefined;
    this.#label = "";
  }
}

/** `label  42%  12 MB / 29 MB  3.1 MB/s  5s left  note`; what is not known is left out. */
export function progressText(value: ProgressValue, seconds: number, first = 0): string {
  const rate = value.rate ?? (seconds > 0.2 ? (value.done - first) / seconds : 0);
  const parts = [value.label];
  if (value.total) parts.push(`${Math.floor((100 * value.done) / value.total)}%`);
  parts.push(
    value.total
      ? `${amount(value.done, value.unit)} / ${amount(value.total, value.unit)}`
      : amount(value.done, value.unit),
  );
  if (rate > 0) {
    parts.push(rateText(rate, value.unit));
    if (value.total && value.done < value.total) {
      parts.push(`${prettyMilliseconds((1000 * (value.total - value.done)) / rate, { compact: true })} left`);
    }
  }
  if (value.note) parts.push(value.note);
  return parts.join("  ");
}

/** `3.1 MB/s`, `12.5 tokens/s`. */
export function rateText(rate: number, unit: string): string {
  return unit === "bytes" ? `${prettyBytes(rate)}/s` : `${Number(rate.toPrecision(3))} ${unit}/s`;
}

/** `12 MB`, `18 samples`. */
export function amount(count: number, unit: string): string {
  return unit === "bytes" ? prettyBytes(count) : `${count} ${unit}`;
}
