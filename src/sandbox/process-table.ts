import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Reading other processes from Linux's /proc. A process that is gone, or is not ours to read, is undefined. */

/** Fields of /proc/<pid>/status by name, such as `Seccomp: 2`. */
export function processStatus(pid: number | "self"): Map<string, string> | undefined {
  const text = readText(`/proc/${pid}/status`);
  if (text === undefined) return undefined;
  return new Map(text.split("\n").map((line) => line.split(":\t", 2) as [string, string]));
}

/** Identity of a namespace, such as `net:[4026531833]`; undefined where the kernel does not show it to us. */
export function processNamespace(
  pid: number | "self",
  kind: "net" | "mnt" | "pid" | "user",
): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`);
  } catch {
    return undefined;
  }
}

/** Names of the network interfaces that a process sees. */
export function processInterfaces(pid: number): string[] | undefined {
  const text = readText(`/proc/${pid}/net/dev`);
  return text
    ?.split("\n")
    .slice(2)
    .map((line) => line.split(":")[0]?.trim() ?? "")
    .filter(Boolean);
}

/** All processes below a process, parents before children. */
export function descendants(pid: number): number[] {
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const child of children(next)) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}

function children(pid: number): number[] {
  const listed = readText(`/proc/${pid}/task/${pid}/children`);
  if (listed !== undefined) return listed.split(" ").filter(Boolean).map(Number);
  return processIds().filter((other) => processStatus(other)?.get("PPid") === String(pid));
}

export function processIds(): number[] {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Arguments of a process, NUL-separated as the kernel gives them. */
export function commandLine(pid: number): string | undefined {
  return readText(`/proc/${pid}/cmdline`);
}

/** Clock ticks after boot at which a process began: with its pid, an identity that is never used again. */
export function startTime(pid: number | "self"): string | undefined {
  return statFields(pid)?.[19];
}

/** Whether a process runs that began at this time; one that has ended and is not waited for yet does not. */
export function isRunning(pid: number, began: string): boolean {
  const fields = statFields(pid);
  return fields?.[19] === began && !"ZX".includes(fields[0] ?? "X");
}

/** Names this run of the machine: pids and start times mean nothing in another one. Empty where there is no /proc. */
export function bootIdentity(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** Fields of /proc/<pid>/stat from the third on: the name in parentheses before them may hold anything. */
function statFields(pid: number | "self"): string[] | undefined {
  return readText(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ");
}

/** Processes of a session, which is named by the process that began it, wherever in the tree they hang. */
export function sessionMembers(session: number): number[] {
  return processIds().filter((pid) => statFields(pid)?.[3] === String(session));
}

export interface Usage {
  cpuMs: number;
  peakBytes: number;
}

/** CPU time so far, milliseconds, and peak resident set, bytes; without /proc the resident set of now, by ps(1). */
export function processUsage(pid: number): Usage | undefined {
  return lookAt(pid).usage;
}

/** What is known of a process, by one reading of each of its files. */
export function lookAt(pid: number): { usage?: Usage | undefined; schedule?: Schedule | undefined } {
  if (process.platform !== "linux") return { usage: usageByPs(pid) };
  const fields = statFields(pid);
  const schedstat = readText(`/proc/${pid}/schedstat`);
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`) ?? "")?.[1];
  const usage = fields && peak && { cpuMs: cpuTime(fields, schedstat), peakBytes: Number(peak) * 1024 };
  return { usage: usage || undefined, schedule: scheduleOf(fields?.[0], schedstat) };
}

/** In USER_HZ, which Linux shows to programs as 100 whatever the kernel counts in. */
const TICK_MS = 10;

/** Milliseconds by the fine count, which a kernel may lack or leave at 0, else by the ticks of user and system time. */
export function cpuTime(stat: readonly string[], schedstat: string | undefined): number {
  const ticks = Number(stat[11] ?? 0) + Number(stat[12] ?? 0);
  return Number(schedstat?.split(" ")[0] ?? 0) / 1e6 || ticks * TICK_MS;
}

/** How the kernel has treated a process so far: milliseconds on a processor and waiting for one, and its state of now. */
export interface Schedule {
  cpuMs: number;
  waitedMs: number;
  /** A letter: R runs or is ready to, S sleeps, D waits for a device, T is stopped. */
  state: string;
}

function scheduleOf(state: string | undefined, schedstat: string | undefined): Schedule | undefined {
  const [cpu, waited] = schedstat?.split(" ") ?? [];
  if (cpu === undefined || waited === undefined || state === undefined) return undefined;
  return { cpuMs: Number(cpu) / 1e6, waitedMs: Number(waited) / 1e6, state };
}

/** Resident memory of a process, bytes, as `ps` tells it where there is no /proc. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const ps = Bun.spawn(["ps", "-o", "rss=", "-p", String(pid)], { stdin: "ignore", stderr: "ignore" });
  const kilobytes = Number((await new Response(ps.stdout).text()).trim());
  return kilobytes > 0 ? kilobytes * 1024 : undefined;
}

/** As `processUsage`, where there is no /proc. */
export function usageByPs(pid: number): Usage | undefined {
  const answer = Bun.spawnSync(["ps", "-o", "time=,rss=", "-p", String(pid)], {
    env: { PATH: "/usr/bin:/bin" },
  });
  return readUsage(answer.stdout.toString());
}

/** A line of ps: `[[days-]hours:]minutes:seconds[.hundredths]` of CPU time, and kibibytes. */
export function readUsage(line: string): Usage | undefined {
  const found = /^\s*(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+(\d+)\s*$/.exec(line);
  if (!found) return undefined;
  const [days, hours, minutes, seconds, kibibytes] = found.slice(1).map((text) => Number(text ?? 0));
  const minutesInAll = ((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0);
  return {
    cpuMs: Math.round((minutesInAll * 60 + (seconds ?? 0)) * 1000),
    peakBytes: (kibibytes ?? 0) * 1024,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
