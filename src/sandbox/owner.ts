import { readlinkSync } from "node:fs";
import { startTime } from "./process-table.ts";

/**
 * An engine as its workers and directories name it. A pid alone is given away again, and two containers that share a
 * directory, or a host that sees its containers' processes, count differently: so start time and process numbers'
 * namespace belong to it. Written as `pid-start-namespace`.
 */
export interface Owner {
  pid: number;
  /** Clock ticks after boot; 0 where there is no /proc. */
  start: string;
  /** Number of the namespace that the pid is from; 0 where there are none. */
  namespace: string;
}

export const OWNER_PATTERN = /(\d+)-(\d+)-(\d+)/;

/** This process. */
export function thisOwner(): Owner {
  return { pid: process.pid, start: startTime("self") ?? "0", namespace: ownNamespace() };
}

export function ownerTag({ pid, start, namespace }: Owner): string {
  return `${pid}-${start}-${namespace}`;
}

/** The owner that a text which matches OWNER_PATTERN names; undefined for another text. */
export function readOwner(text: string): Owner | undefined {
  const [, pid, start, namespace] = OWNER_PATTERN.exec(text) ?? [];
  return pid && start && namespace ? { pid: Number(pid), start, namespace } : undefined;
}

/** True only when it is certain: an owner whose numbers are not ours to compare counts as alive. */
export function isGone(owner: Owner): boolean {
  if (owner.namespace !== ownNamespace()) return false;
  if (owner.start !== "0") return startTime(owner.pid) !== owner.start;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function ownNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}
