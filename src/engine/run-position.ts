import type { RunClock } from "./run-clock.ts";

/** How far a run is: its last finished step, and whether the next one is under way. */
export class RunPosition {
  private began: number | null = null;

  constructor(
    private readonly clock: RunClock,
    /** The last finished step; 0 when there is none. */
    public finished: number,
  ) {}

  get underWay(): boolean {
    return this.began !== null;
  }

  /** The last step that is finished or under way. */
  get begun(): number {
    return this.underWay ? this.finished + 1 : this.finished;
  }

  /** Milliseconds that the step under way has taken, pauses left out; 0 between steps. */
  get elapsedMs(): number {
    return this.began === null ? 0 : this.clock.now() - this.began;
  }

  /** The next step begins. */
  begin(): void {
    this.began = this.clock.now();
  }

  /** No step is under way any more, whether it was finished or not. */
  end(): void {
    this.began = null;
  }
}

/** What is to be done once the step under way is over; a run that is paused within it does not come there by itself. */
export function afterStep(step: number, done: string, paused: boolean): string {
  return paused
    ? `paused: step ${step} is ${done} once s runs it to its end`
    : `step ${step} is ${done} when it ends`;
}
