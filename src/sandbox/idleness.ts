import type { Schedule } from "./process-table.ts";

/** The most that one look may count, milliseconds: what the host misses while it is held up itself says nothing. */
const MOST_A_LOOK_MS = 100;

/** Times the limit that a process may wait for devices: on a machine short of memory its own pages come from one. */
const MOST_DEVICE_SHARE = 2;

/**
 * For how long a process has neither computed nor waited for a processor: what it slept, or waited for others. A busy
 * machine does not lengthen it, since a process that is starved waits for a processor.
 *
 * The kernel books such a wait when it ends. So a process that is ready is not idle whatever was counted; of one that sleeps, every wait before is booked. The count never exceeds what the process was idle.
 *
 * Waits for a device count apart, and twice the limit of them is too much: a program can ask for reads without end.
 */
export class Idleness {
  private idleMs = 0;
  private deviceMs = 0;
  private before: { at: number; busyMs: number } | undefined;

  constructor(private readonly limitMs: number) {}

  /** Takes what was seen `at` a time, milliseconds; whether the process is idle and has been so for too long in all. */
  exceeds(at: number, { cpuMs, waitedMs, state }: Schedule): boolean {
    const { before } = this;
    const busyMs = cpuMs + waitedMs;
    this.before = { at, busyMs };
    // A kernel that keeps no such count says 0 of every process.
    if (before === undefined || cpuMs === 0) return false;
    const idle = Math.min(at - before.at - (busyMs - before.busyMs), MOST_A_LOOK_MS);
    if (state === "D" && idle > 0) this.deviceMs += idle;
    else this.idleMs = Math.max(0, this.idleMs + idle);
    if (state === "D") return this.deviceMs >= MOST_DEVICE_SHARE * this.limitMs;
    return state !== "R" && this.idleMs >= this.limitMs;
  }
}
