import { commandLine, processIds, startTime } from "./process-table.ts";
import { WORKER_MARK } from "./worker.ts";

/**
 * Kills sandboxed processes whose engine is gone: it was killed together with its watchdog. A worker names its
 * engine by pid and start time, so those of other engines that are alive are left alone. Returns how many.
 */
export function sweepLeftovers(): number {
  let killed = 0;
  const pattern = new RegExp(`# ${WORKER_MARK} (\\d+) (\\d+)`);
  for (const pid of processIds()) {
    const mark = pattern.exec(commandLine(pid) ?? "");
    if (!mark || startTime(Number(mark[1])) === mark[2]) continue;
    try {
      process.kill(pid, "SIGKILL");
      killed++;
    } catch (error) {
      // Another user's leftovers are that user's to sweep.
      if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }
  return killed;
}
