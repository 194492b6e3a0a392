import { Idleness } from "./idleness.ts";
import type { Policy } from "./policy.ts";
import { lookAt, residentBytes, type Usage } from "./process-table.ts";

/** How often a process is looked at, milliseconds. */
const CPU_LOOK_MS = 50;
const MEMORY_LOOK_MS = 150;

type Limit = "cpu-limit" | "memory-limit" | "idle";

/** The host's own eye on what a process uses, besides the kernel's limits. */
export interface UseWatch extends Disposable {
  /** Settles when a limit was passed; never otherwise. */
  exhausted: Promise<Limit>;
  /** What the process had used when it was last looked at: all there is of one that ended by itself. */
  readonly last: Usage | undefined;
}

/**
 * CPU time is looked at from the start where that is cheap; elsewhere not before it can have been used up, since one
 * thread uses no more than the clock shows. The kernel's limit on it lies a second higher, and stands in for a host that is held up. Memory is looked at only where
 * the kernel does not limit it. `usedMs` is the CPU time of the process so far, `limitMs` the most that it may come to, and
 * `idleMs` the most that it may sleep, which is looked at where there is /proc.
 */
export function watchUse(
  pid: number,
  policy: Policy,
  { usedMs, limitMs, idleMs }: { usedMs: number; limitMs: number; idleMs: number },
): UseWatch {
  const { promise, resolve } = Promise.withResolvers<Limit>();
  let ended = false;
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, look: () => void) => {
    if (!ended) timers.add(setTimeout(look, ms));
  };
  let last: Usage | undefined;
  const idleness = new Idleness(idleMs);
  const firstLookMs = process.platform === "linux" ? 0 : limitMs - usedMs;
  after(Math.max(CPU_LOOK_MS, firstLookMs), function look() {
    const { usage, schedule } = lookAt(pid);
    last = usage ?? last;
    if ((last?.cpuMs ?? 0) >= limitMs) resolve("cpu-limit");
    else if (schedule && idleness.exceeds(performance.now(), schedule)) resolve("idle");
    else after(CPU_LOOK_MS, look);
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
