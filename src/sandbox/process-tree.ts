import {
  commandLine,
  descendants,
  isRunning,
  processUsage,
  sessionMembers,
  startTime,
  type Usage,
} from "./process-table.ts";
import type { Watchdog } from "./watchdog.ts";

/** Time for a launcher to clean up behind a program that ended or was killed. */
export const GRACE_MS = 1_000;

/** A launcher as it was spawned, detached: it began a session of its own. */
type Launcher = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** A launcher and what it started, down to the interpreter: found, measured and ended as one. */
export class ProcessTree {
  /** The interpreter's pid on the host; the launcher's where /proc cannot tell. */
  private interpreter: number;
  /** With its pid, what tells the interpreter from a later process of that number; undefined without /proc. */
  private born: string | undefined;
  /** Launchers and what they started, from the first to the interpreter, with their start times. */
  private chain: ReadonlyMap<number, string> = new Map();
  private baseline: Usage = { cpuMs: 0, peakBytes: 0 };
  private killed = false;

  constructor(
    private readonly launcher: Launcher,
    private readonly watchdog: Watchdog,
  ) {
    this.interpreter = launcher.pid;
    this.watch([launcher.pid]);
  }

  get pid(): number {
    return this.interpreter;
  }

  /** Finds the interpreter by the `mark` in its command line, once it has started. Needs /proc. */
  findInterpreter(mark: string): void {
    const chain = [this.launcher.pid, ...descendants(this.launcher.pid)];
    this.chain = identities(chain);
    // The launchers carry the same words in their arguments; the interpreter is the last in the chain.
    const found = chain.findLast((pid) => commandLine(pid)?.includes(mark));
    if (found === undefined) return;
    this.interpreter = found;
    this.born = startTime(found);
    this.watch(chain.slice(1));
  }

  /** What the interpreter has used by now is its start's, and none of the job's that it will get. */
  setBaseline(): Usage {
    this.baseline = processUsage(this.interpreter) ?? this.baseline;
    return this.baseline;
  }

  /** Whether the interpreter is known to have ended. */
  get isGone(): boolean {
    return this.born !== undefined && !isRunning(this.interpreter, this.born);
  }

  /**
   * As the kernel counts it, never as the program says. Of a process that has ended: what was `seen` last, and the CPU
   * time as the kernel tells it afterwards, which it does where the launcher waited for the process.
   */
  usage(seen: Usage | undefined): Usage {
    const now = processUsage(this.interpreter);
    if (now) return now;
    const whole = Number(this.launcher.resourceUsage()?.cpuTime.total ?? 0) / 1000;
    const { cpuMs, peakBytes } = seen ?? this.baseline;
    return { cpuMs: Math.max(whole, cpuMs), peakBytes };
  }

  /** Ends the whole tree: the program at once, then the launcher, which gets a moment to clean up. */
  kill(): void {
    if (this.killed) return;
    this.killed = true;
    // One that did not come so far may be anything, with children of its own: nothing of it gets any time.
    if (this.born === undefined) {
      this.killAll();
      return;
    }
    if (startTime(this.interpreter) === this.born) killProcess(this.interpreter);
    if (this.interpreter === this.launcher.pid) return;
    const timer = setTimeout(() => this.killAll(), GRACE_MS);
    timer.unref();
    this.launcher.exited.then(() => {
      clearTimeout(timer);
      killThose(this.chain);
    });
  }

  /** Kills what hangs below the first launcher, what it began its session with, and itself. */
  private killAll(): void {
    const { pid } = this.launcher;
    const below = identities([...descendants(pid), ...sessionMembers(pid)]);
    if (this.launcher.exitCode === null && this.launcher.signalCode === null) {
      killProcess(-pid);
      killProcess(pid);
    }
    killThose(below);
    killThose(this.chain);
  }

  /** Has the watchdog end these too, until the launcher has ended. */
  private watch(pids: readonly number[]): void {
    for (const pid of pids) this.watchdog.add(pid);
    this.launcher.exited.then(() => {
      for (const pid of pids) this.watchdog.remove(pid);
    });
  }
}

/** Start times of those that live: with them a pid is an identity. */
function identities(pids: readonly number[]): Map<number, string> {
  const known = new Map<number, string>();
  for (const pid of pids) {
    const began = startTime(pid);
    if (began !== undefined) known.set(pid, began);
  }
  return known;
}

function killThose(processes: ReadonlyMap<number, string>): void {
  for (const [pid, began] of processes) if (startTime(pid) === began) killProcess(pid);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Already gone, or the launcher's parts that only their own root may end; they end with the program.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
