import type { Schedule } from "./process-table.ts";

/** The most that one look may count, milliseconds: what the host misses while it is held up itself says nothing. */
const MOST_A_LOOK_MS = 100;

/**
 * For how long a process has neither computed nor waited for a processor: what it slept, or waited for others. A busy
 * machine does not lengthen it, since a process that is starved waits for a processor.
 *
 * The kernel books such a wait when it ends. So a process that is ready, or reads from a disk, is not idle whatever was
 * counted; of one that sleeps, every wait before is booked. The count never exceeds what the process was idle.
 */
export class Idleness {
  private idleMs = 0;
  private before: { at: number; busyMs: number } | undefined;

  constructor(private readonly limitMs: number) {}

  /** Takes what was seen `at` a time, milliseconds; whether the process sleeps and has done so for the limit in all. */
  exceeds(at: number, { cpuMs, waitedMs, state }: Schedule): boolean {
    const { before } = this;
    const busyMs = cpuMs + waitedMs;
    this.before = { at, busyMs };
    // A kernel that keeps no such count says 0 of every process.
    if (before === undefined || cpuMs === 0) return false;
    const asleep = state !== "R" && state !== "D";
    const idle = at - before.at - (busyMs - before.busyMs);
    if (idle < 0 || state !== "D") this.idleMs = Math.max(0, this.idleMs + Math.min(idle, MOST_A_LOOK_MS));
    return asleep && this.idleMs >= this.limitMs;
  }
}
