import { lstatSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { sandboxAccount } from "./account.ts";
import { BOOTSTRAP, WORKER_MARK } from "./launch.ts";
import { isGone, OWNER_PATTERN, type Owner, ownerTag, readOwner } from "./owner.ts";
import { type ProcessIdentity, recordedProcesses } from "./process-record.ts";
import { commandLine, processIds, processStatus, startTime } from "./process-table.ts";

const DIRECTORY = "azr-sandbox";
const DIRECTORY_PATTERN = new RegExp(`^${DIRECTORY}-${OWNER_PATTERN.source}-[A-Za-z0-9]{6}$`);
/** The last argument of every launcher and interpreter, whole. */
const LAST_ARGUMENT = new RegExp(`# ${WORKER_MARK} ${OWNER_PATTERN.source}$`);
/** What runs a worker: the launchers, what sets limits before them, and an interpreter. */
const EXECUTABLES = /^(?:firejail|bwrap|prlimit|sandbox-exec|python[\d.]*)$/;

/** Beginning of the name of an engine's pool directories; six random characters follow. */
export function directoryPrefix(owner: Owner): string {
  return `${DIRECTORY}-${ownerTag(owner)}-`;
}

/**
 * Ends what an engine that is gone left behind when its watchdog was killed with it: processes that carry a worker's
 * command line or stand in a pool's record, and the directories of its pools in `temporary`. Those of engines that live, of other users and of other programs are left alone.
 */
export function sweepLeftovers(temporary: string = tmpdir()): { processes: number; directories: number } {
  const left = list(temporary).filter((name) => isLeftoverDirectory(temporary, name));
  const recorded = left.flatMap((name) => recordedProcesses(join(temporary, name))).filter(isOfAccount);
  const marked = processIds().flatMap(leftover);
  const swept = new Set([...recorded, ...marked].filter(kill).map(({ pid }) => pid));
  for (const name of left) rmSync(join(temporary, name), { recursive: true, force: true });
  return { processes: swept.size, directories: left.length };
}

/** Never another process that has come to the number meanwhile. */
function kill({ pid, start }: ProcessIdentity): boolean {
  if (startTime(pid) !== start) return false;
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch (error) {
    // Another user's leftovers are that user's to sweep.
    if (!["ESRCH", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    return false;
  }
}

function leftover(pid: number): ProcessIdentity[] {
  const start = startTime(pid);
  return start !== undefined && isLeftover(pid) && isOfAccount({ pid }) ? [{ pid, start }] : [];
}

/**
 * All of it has to be there: our user (or the account that programs run under), a launcher or an interpreter, the
 * arguments of a worker to the letter, and an engine that is gone.
 */
function isLeftover(pid: number): boolean {
  const words = commandLine(pid)?.split("\0") ?? [];
  const last = words.at(-2) ?? "";
  const owner = readOwner(LAST_ARGUMENT.exec(last)?.[0] ?? "");
  if (!owner || words.at(-3) !== "-c" || last !== `${BOOTSTRAP} # ${WORKER_MARK} ${ownerTag(owner)}`)
    return false;
  if (!EXECUTABLES.test(basename(executable(pid) ?? words[0] ?? ""))) return false;
  return isGone(owner);
}

/** Of the user that programs run under. */
function isOfAccount({ pid }: { pid: number }): boolean {
  const user = Number(processStatus(pid)?.get("Uid")?.split("\t")[0]);
  return user === (sandboxAccount()?.uid ?? process.getuid?.());
}

/** The file that a process runs; undefined where the kernel does not show it, as of a set-uid launcher to its user. */
function executable(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, "");
  } catch {
    return undefined;
  }
}

/** Only a real directory of this user, never what a link leads to. */
function isLeftoverDirectory(temporary: string, name: string): boolean {
  const owner = DIRECTORY_PATTERN.test(name) ? readOwner(name) : undefined;
  const path = join(temporary, name);
  if (!owner || !isGone(owner)) return false;
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.();
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
