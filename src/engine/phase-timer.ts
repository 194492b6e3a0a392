import type { Phase, Progress } from "./protocol.ts";
import type { RunClock } from "./run-clock.ts";

/** Which phase a run is in, how far, and how many seconds each phase of the current step took. */
export class PhaseTimer {
  private phase: Phase | null = null;
  private step = 0;
  private began = 0;
  private readonly spent = new Map<Phase, number>();
  private figures = { done: 0, total: 0, unit: "" };

  constructor(private readonly clock: RunClock) {}

  /** Ends the phase under way and begins another; a phase entered twice in a step adds up. */
  enter(phase: Phase, step: number): void {
    this.leave();
    this.phase = phase;
    this.step = step;
    this.began = this.clock.now();
    this.figures = { done: 0, total: 0, unit: "" };
  }

  leave(): void {
    if (this.phase === null) return;
    this.spent.set(this.phase, (this.spent.get(this.phase) ?? 0) + (this.clock.now() - this.began) / 1000);
    this.phase = null;
  }

  report(done: number, total: number, unit: string): void {
    this.figures = { done, total, unit };
  }

  /** Null between phases. */
  progress(): Progress | null {
    if (this.phase === null) return null;
    const elapsedMs = this.clock.now() - this.began;
    // Nothing moves in a pause: a rate would promise an end.
    const rate = elapsedMs > 0 && !this.clock.paused ? (this.figures.done / elapsedMs) * 1000 : 0;
    return { phase: this.phase, step: this.step, ...this.figures, rate, elapsedMs };
  }

  /** Seconds by phase since the last call, the phase under way included up to now. */
  take(): Record<string, number> {
    const { phase, step, figures } = this;
    this.leave();
    const seconds = Object.fromEntries(this.spent);
    this.spent.clear();
    if (phase !== null) {
      this.enter(phase, step);
      this.figures = figures;
    }
    return seconds;
  }
}
