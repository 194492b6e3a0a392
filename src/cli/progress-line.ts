import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";
import { say, style } from "./terminal.ts";

export interface ProgressValue {
  label: string;
  done: number;
  /** Null when unknown. */
  total: number | null;
  unit: string;
  /** Units per second as the work itself measures it; from the line's own clock when absent. */
  rate?: number;
}

/**
 * Progress of long work on stderr: one line that is redrawn in a terminal; elsewhere a plain line when a
 * label begins and when it ends.
 */
export class ProgressLine {
  #label = "";
  #began = 0;
  #first = 0;
  #drawn = 0;
  #last: ProgressValue | undefined;
  readonly #live = process.stderr.isTTY === true && !process.env.CI;

  update(value: ProgressValue): void {
    const now = performance.now();
    if (value.label !== this.#label) {
      this.end();
      this.#label = value.label;
      this.#began = now;
      this.#first = value.done;
      if (!this.#live) say(style.dim(`${value.label} ...`));
    }
    this.#last = value;
    if (this.#live && (now - this.#drawn > 100 || value.done === value.total)) {
      this.#drawn = now;
      process.stderr.write(`\r\x1b[2K${this.#text(value)}`);
    }
  }

  /** Closes the current line, leaving its last state. */
  end(): void {
    if (!this.#last) return;
    const seconds = prettyMilliseconds(performance.now() - this.#began, { secondsDecimalDigits: 1 });
    const line = `${this.#label}: ${amount(this.#last.done, this.#last.unit)} in ${seconds}`;
    if (this.#live) process.stderr.write(`\r\x1b[2K${line}\n`);
    else say(line);
    this.#last = undefined;
    this.#label = "";
  }

  #text(value: ProgressValue): string {
    return progressText(value, (performance.now() - this.#began) / 1000, this.#first);
  }
}

/** `label  42%  12 MB / 29 MB  3.1 MB/s  5s left`; what is not known is left out. */
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
    parts.push(value.unit === "bytes" ? `${prettyBytes(rate)}/s` : `${rate.toPrecision(3)} ${value.unit}/s`);
    if (value.total && value.done < value.total) {
      parts.push(`${prettyMilliseconds((1000 * (value.total - value.done)) / rate, { compact: true })} left`);
    }
  }
  return parts.join("  ");
}

function amount(count: number, unit: string): string {
  return unit === "bytes" ? prettyBytes(count) : `${count} ${unit}`;
}
