import { writeSync } from "node:fs";
import { MOUSE_OFF, MOUSE_ON } from "./mouse-report.ts";
import type { ScreenTerminal } from "./terminal-context.ts";

const ENTER = "\x1b[?7l";
/** Mouse, wrap, cursor, bracketed paste, attributes. */
const RESTORE = `${MOUSE_OFF}\x1b[?7h\x1b[?25h\x1b[?2004l\x1b[0m`;
const LEAVE_SCREEN = "\x1b[?1049l";

/** Exit codes of a process that a signal ended: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Ink's own: gives the terminal back while the callback is at work, and draws anew after it. */
type Suspend = (callback: () => Promise<void>) => Promise<void>;

/**
 * What Ink does not do for the terminal. Automatic wrap is off while the screen is drawn (a character whose
 * width the terminal sees otherwise would shift every row below it). On every way out, a crash of this process
 * included, the terminal is given back first and the reason is printed after that.
 */
export class TerminalSession implements Disposable, ScreenTerminal {
  #restored = false;
  #end: (() => void) | null = null;
  #suspend: Suspend | null = null;
  #suspended = false;
  readonly #enter: string;
  readonly #onCrash = (error: unknown) => this.#crash(error);
  readonly #onSignal = (signal: NodeJS.Signals) => this.#signal(signal as keyof typeof SIGNALS);
  readonly #onExit = () => this.#lastResort();
  readonly #onStop = () => this.suspend();

  constructor({ mouse = true }: { mouse?: boolean } = {}) {
    this.#enter = ENTER + (mouse ? MOUSE_ON : "");
    write(this.#enter);
    process.on("uncaughtException", this.#onCrash);
    process.on("unhandledRejection", this.#onCrash);
    for (const signal of Object.keys(SIGNALS)) process.on(signal as NodeJS.Signals, this.#onSignal);
    process.on("exit", this.#onExit);
    process.on("SIGTSTP", this.#onStop);
  }

  /** How the drawing is taken off the screen for a while. */
  onSuspend(suspend: Suspend): void {
    this.#suspend = suspend;
  }

  suspend(): void {
    if (this.#suspended || this.#restored || !this.#suspend) return;
    this.#suspended = true;
    void this.#suspend(() => this.#stop()).finally(() => {
      this.#suspended = false;
    });
  }

  /** `end` takes the drawing off the screen; it is called before anything is printed. */
  onEnd(end: () => void): void {
    this.#end = end;
  }

  [Symbol.dispose](): void {
    this.#restore();
    process.off("uncaughtException", this.#onCrash);
    process.off("unhandledRejection", this.#onCrash);
    for (const signal of Object.keys(SIGNALS)) process.off(signal as NodeJS.Signals, this.#onSignal);
    process.off("exit", this.#onExit);
    process.off("SIGTSTP", this.#onStop);
  }

  /** Stops this process and those that were started with it, as the terminal does, until the shell continues them. */
  async #stop(): Promise<void> {
    write(RESTORE);
    process.off("SIGTSTP", this.#onStop);
    process.kill(0, "SIGTSTP");
    // The signal may take a moment. Where nobody could continue us, the system lets it pass.
    await Bun.sleep(50);
    process.on("SIGTSTP", this.#onStop);
    write(this.#enter);
  }

  #restore(): void {
    if (this.#restored) return;
    this.#restored = true;
    const end = this.#end;
    this.#end = null;
    end?.();
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    write(RESTORE);
  }

  #crash(error: unknown): void {
    this.#restore();
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`The screen failed: ${words}\n`);
    process.stderr.write("The run is not affected: `azr-tui attach` shows it again.\n");
    process.exit(1);
  }

  #signal(signal: keyof typeof SIGNALS): void {
    this.#restore();
    process.exit(SIGNALS[signal]);
  }

  /** Something called process.exit while the screen was up. */
  #lastResort(): void {
    if (this.#restored) return;
    this.#restored = true;
    write(LEAVE_SCREEN + RESTORE);
  }
}

/** Straight to the descriptor: it must be out before the process ends. */
function write(text: string): void {
  try {
    writeSync(process.stdout.fd, text);
  } catch (error) {
    // A terminal that is gone (SIGHUP) or full for a moment: then the stream may still get it out.
    if (error instanceof Error) process.stdout.write(text);
  }
}
