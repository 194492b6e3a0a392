import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * What tells a process from a later one with the same id: on Linux the boot id and the start time in clock
 * ticks since boot, elsewhere the start time that `ps` prints. Null when no such process runs.
 */
export function processStart(pid: number): string | null {
  try {
    return process.platform === "linux" ? linuxStart(pid) : psStart(pid);
  } catch {
    // No such process, or it ended while it was read: both mean that it is not running.
    return null;
  }
}

/** Whether the process that was given this identity still runs. */
export function isRunning(pid: number, start: string): boolean {
  return processStart(pid) === start;
}

function linuxStart(pid: number): string | null {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The command in parentheses may hold spaces and parentheses; fields are counted after its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, ticks] = [fields[0], fields[19]];
  if (state === "Z" || state === "X" || ticks === undefined) return null;
  return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()}:${ticks}`;
}

function psStart(pid: number): string | null {
  const output = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [state = "", ...start] = output.trim().split(/\s+/);
  return state === "" || state.startsWith("Z") ? null : start.join(" ");
}
