import { Idleness } from "./idleness.ts";
import type { Policy } from "./policy.ts";
import { lookAt, residentBytes, type Usage } from "./process-table.ts";

/** How often a process is looked at, milliseconds. */
const CPU_LOOK_MS = 50;
const MEMORY_LOOK_MS = 150;

/** The limit that was passed; `timeout` is the clock's. */
export type Exhausted = "cpu-limit" | "memory-limit" | "idle" | "timeout";

/** A process that waits for a processor is not held to the clock meanwhile, until it has waited this many times its limit. */
const MOST_WAITED = 1;
/** The most that passes between two looks of a host that is not held up itself (stopped, say), milliseconds. */
const MOST_BETWEEN_LOOKS_MS = 1_000;

/** The host's own eye on what a process uses, besides the kernel's limits. */
export interface UseWatch extends Disposable {
  /** Settles when a limit was passed; never otherwise. */
  exhausted: Promise<Exhausted>;
  /** What the process had used when it was last looked at: all there is of one that ended by itself. */
  readonly last: Usage | undefined;
}

/**
 * CPU time is looked at from the start where that is cheap; elsewhere not before it can have been used up, since one
 * thread uses no more than the clock shows. The kernel's limit on it lies a second higher, and stands in for a host that is held up. Memory is looked at only where
 * the kernel does not limit it. `usedMs` is the CPU time of the process so far, `limitMs` the most that it may come to,
 * `idleMs` the most that it may sleep, which is looked at where there is /proc, and `clockMs` the most that it may take by
 * the clock, less what it waited for a processor, where that is counted.
 */
export function watchUse(
  pid: number,
  policy: Policy,
  limits: { usedMs: number; limitMs: number; idleMs: number; clockMs: number },
): UseWatch {
  const { usedMs, limitMs, idleMs, clockMs } = limits;
  const began = performance.now();
  const { promise, resolve } = Promise.withResolvers<Exhausted>();
  let ended = false;
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, look: () => void) => {
    if (ended) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      look();
    }, ms);
    timers.add(timer);
  };
  let looked = began;
  let heldUpMs = 0;
  let last: Usage | undefined;
  let waited: { before: number; ms: number } | undefined;
  const idleness = new Idleness(idleMs);
  const firstLookMs = process.platform === "linux" ? 0 : limitMs - usedMs;
  after(Math.max(CPU_LOOK_MS, firstLookMs), function look() {
    const now = performance.now();
    if (process.platform === "linux") heldUpMs += Math.max(0, now - looked - MOST_BETWEEN_LOOKS_MS);
    looked = now;
    const { usage, schedule } = lookAt(pid);
    last = usage ?? last;
    if (schedule) {
      const before = waited?.before ?? schedule.waitedMs;
      waited = { before, ms: schedule.waitedMs - before };
    }
    if ((last?.cpuMs ?? 0) >= limitMs) resolve("cpu-limit");
    else if (schedule && idleness.exceeds(now, schedule)) resolve("idle");
    else after(CPU_LOOK_MS, look);
  });
  after(clockMs, function look() {
    const left = timeLeft(clockMs, performance.now() - began - heldUpMs, waited?.ms ?? 0);
    if (left < 1) resolve("timeout");
    else after(left, look);
  });
  if (policy.watchMemory) {
    after(MEMORY_LOOK_MS, async function look() {
      if (((await residentBytes(pid)) ?? 0) > policy.memoryBytes) resolve("memory-limit");
      else after(MEMORY_LOOK_MS, look);
    });
  }
  return {
    exhausted: promise,
    get last() {
      return last;
    },
    [Symbol.dispose]() {
      ended = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** What is left of a limit by the clock, of which waits for a processor are no part, milliseconds. */
export function timeLeft(clockMs: number, elapsedMs: number, waitedMs: number): number {
  return clockMs + Math.min(waitedMs, MOST_WAITED * clockMs) - elapsedMs;
}
