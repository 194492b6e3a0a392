/**
 * What Ink does not do for the terminal: automatic wrap is off while the screen is drawn (a character whose
 * width the terminal sees otherwise would shift every row below), and is on again whatever happens.
 */
export class TerminalSession implements Disposable {
  #restored = false;
  readonly #onCrash: (error: unknown) => void;
  readonly #onSignal: (signal: NodeJS.Signals) => void;

  /** `end` takes the drawing off the screen; it is called before anything is printed. */
  constructor(end: () => void) {
    process.stdout.write(WRAP_OFF);
    this.#onCrash = (error) => {
      end();
      this.restore();
      process.stderr.write(
        `The screen failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      process.stderr.write("The run is not affected: azr-tui attach shows it again.\n");
      process.exit(1);
    };
    this.#onSignal = (signal) => {
      end();
      this.restore();
      process.exit(signal === "SIGHUP" ? 129 : 143);
    };
    process.on("uncaughtException", this.#onCrash);
    process.on("unhandledRejection", this.#onCrash);
    process.on("SIGTERM", this.#onSignal);
    process.on("SIGHUP", this.#onSignal);
  }

  restore(): void {
    if (this.#restored) return;
    this.#restored = true;
    process.stdout.write(WRAP_ON);
  }

  [Symbol.dispose](): void {
    this.restore();
    process.off("uncaughtException", this.#onCrash);
    process.off("unhandledRejection", this.#onCrash);
    process.off("SIGTERM", this.#onSignal);
    process.off("SIGHUP", this.#onSignal);
  }
}

const WRAP_OFF = "\x1b[?7l";
/** Wrap and cursor on. */
const WRAP_ON = "\x1b[?7h\x1b[?25h";
