import { say } from "../../terminal.ts";

/** Work whose results so far are kept when it is ended. */
export interface KeepingWork extends Disposable {
  /** Aborts on the first Ctrl-C. */
  signal: AbortSignal;
}

/** What Ctrl-C does from here on: it ends the process and says so, but for work that keeps what it has. */
export class Interruption implements Disposable {
  #keeping: AbortController | null = null;
  readonly #onSignal = () => {
    const keeping = this.#keeping;
    if (keeping === null || keeping.signal.aborted) {
      say("\nEnded by Ctrl-C.");
      process.exit(130);
    }
    keeping.abort(new Error("ended by Ctrl-C"));
    say("\nEnding, and keeping the samples that are judged; Ctrl-C again ends at once.");
  };

  constructor() {
    process.on("SIGINT", this.#onSignal).on("SIGTERM", this.#onSignal);
  }

  /** Until it is disposed, the first Ctrl-C aborts the signal, so that what there is can be kept. */
  keep(): KeepingWork {
    const abort = new AbortController();
    this.#keeping = abort;
    return {
      signal: abort.signal,
      [Symbol.dispose]: () => {
        this.#keeping = null;
      },
    };
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onSignal).off("SIGTERM", this.#onSignal);
  }
}
