import { RunError } from "../errors/index.ts";

/** Why a run was asked to end. It is the reason of the gate's abort signal. */
export class StopRequest extends Error {
  override readonly name = "StopRequest";
}

/** What pausing and going on mean to the parts at work. */
export interface GateListener {
  onPause(): void;
  onResume(): void;
}

/** Pause, resume, single steps and the end of a run, as its viewers asked for them. */
export class Gate {
  private readonly stopping = new AbortController();
  private isPaused = false;
  private single = false;
  private nudged = false;
  private wake: (() => void) | null = null;

  constructor(private readonly listener: GateListener) {}

  get paused(): boolean {
    return this.isPaused;
  }

  /** Aborted when the run is to end: with a StopRequest as its reason, or with an error. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  pause(): void {
    this.refuseAfterStop();
    this.single = false;
    if (this.isPaused) throw new RunError("the run is paused already");
    this.isPaused = true;
    this.listener.onPause();
  }

  resume(): void {
    this.refuseAfterStop();
    if (!this.isPaused && !this.single) throw new RunError("the run is not paused");
    this.single = false;
    this.open();
  }

  /** Goes on to the end of one step (the one under way, if there is one), then pauses. */
  step(): void {
    this.refuseAfterStop();
    this.single = true;
    this.open();
  }

  /** Ends the work under way and the run; the first reason counts. */
  stop(reason: string): void {
    this.stopping.abort(new StopRequest(reason));
    this.open();
  }

  /** Ends the work under way for a reason that is an error, which who waits at the gate gets. */
  abandon(error: RunError): void {
    this.stopping.abort(error);
    this.open();
  }

  /** To be called when a step is finished: pauses when it was a single one. */
  stepDone(): void {
    if (!this.single || this.signal.aborted) return;
    this.single = false;
    this.isPaused = true;
    this.listener.onPause();
  }

  /** Resolves when the run may go on. Rejects with the StopRequest when it is to end. */
  async pass(): Promise<void> {
    while (this.isPaused && !this.signal.aborted) await this.woken();
    this.signal.throwIfAborted();
  }

  /** Wakes who waits in `opened`: there is something to do although the run is paused. */
  nudge(): void {
    this.nudged = true;
    this.wakeUp();
  }

  /** Resolves with true when the run may go on, with false when it is paused and was nudged. */
  async opened(): Promise<boolean> {
    while (this.isPaused && !this.signal.aborted && !this.nudged) await this.woken();
    this.nudged = false;
    this.signal.throwIfAborted();
    return !this.isPaused;
  }

  private open(): void {
    if (this.isPaused) {
      this.isPaused = false;
      this.listener.onResume();
    }
    this.wakeUp();
  }

  private wakeUp(): void {
    this.wake?.();
    this.wake = null;
  }

  private async woken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private refuseAfterStop(): void {
    if (this.signal.aborted) throw new RunError("the run is ending");
  }
}

/** The promise, or the signal's reason as soon as it is aborted; the promise's own outcome is then ignored. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
