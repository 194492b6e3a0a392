import { closeSync, lstatSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { bootIdentity, startTime } from "./process-table.ts";

const NAME = "processes";
/** Lines that say nothing any more, after which the file is written anew. */
const MOST_STALE = 4096;
/** Largest record that is read, bytes. */
const MOST_BYTES = 1 << 20;

/** A process for certain: a pid is given away again, a pid with its start time is not until the machine is started anew. */
export interface ProcessIdentity {
  pid: number;
  start: string;
}

/**
 * The processes of a pool, in a file of its directory, so that those of an engine that was killed are found whatever
 * they have made of their command lines. The first line is the machine's boot, then `+ pid start` and `- pid`.
 */
export class ProcessRecord implements Disposable {
  private readonly live = new Map<number, string>();
  private readonly path: string;
  /** Undefined once it is closed. */
  private file: number | undefined;
  private stale = 0;

  constructor(directory: string) {
    this.path = join(directory, NAME);
    this.file = this.begin();
  }

  add(pid: number): void {
    const start = startTime(pid);
    if (start === undefined) return;
    this.live.set(pid, start);
    this.write(`+ ${pid} ${start}\n`);
  }

  remove(pid: number): void {
    if (!this.live.delete(pid)) return;
    this.stale += 2;
    this.write(`- ${pid}\n`);
  }

  /** A disk that is full does not stop the sandbox: the record is for the engine's sudden end, and is written anew later. */
  private write(line: string): void {
    if (this.file === undefined) return;
    try {
      if (this.stale < MOST_STALE) writeSync(this.file, line);
      else {
        const former = this.file;
        this.file = this.begin();
        closeSync(former);
      }
    } catch {
      this.stale = MOST_STALE;
    }
  }

  /** Writes the file with what lives, in one piece, and opens it for what comes. */
  private begin(): number {
    const lines = [...this.live].map(([pid, start]) => `+ ${pid} ${start}\n`);
    writeFileSync(`${this.path}.new`, `${bootIdentity()}\n${lines.join("")}`, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.stale = 0;
    return openSync(this.path, "a");
  }

  [Symbol.dispose](): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

/** The processes that a pool's directory names and that still live; none of another boot, or where there is no record. */
export function recordedProcesses(directory: string): ProcessIdentity[] {
  const path = join(directory, NAME);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || found.size > MOST_BYTES) return [];
  const [boot, ...lines] = readFileSync(path, "utf8").split("\n");
  if (boot === "" || boot !== bootIdentity()) return [];
  const live = new Map<number, string>();
  for (const line of lines) {
    const [, sign, pid, start] = /^([+-]) (\d+)(?: (\d+))?$/.exec(line) ?? [];
    if (sign === "+" && start) live.set(Number(pid), start);
    else if (sign === "-") live.delete(Number(pid));
  }
  return [...live]
    .map(([pid, start]) => ({ pid, start }))
    .filter(({ pid, start }) => startTime(pid) === start);
}
