import { say } from "../../terminal.ts";

/** Ctrl-C while an evaluation is under way. */
export interface Interruption extends Disposable {
  signal: AbortSignal;
}

/** The first Ctrl-C aborts the signal, so that what there is can be kept; the second ends the process at once. */
export function catchInterruption(): Interruption {
  const abort = new AbortController();
  const onSignal = () => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort(new Error("ended by Ctrl-C"));
    say("\nEnding, and keeping the samples that are judged; Ctrl-C again ends at once.");
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: abort.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}
