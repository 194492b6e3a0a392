import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Folder that holds the runs: `AZR_RUNS_DIR`, else `runs` where the command is given. */
export function runsFolder(): string {
  return process.env.AZR_RUNS_DIR || "runs";
}

/** Path of a run that is to be: a name goes into the runs folder, anything with a slash is a path. */
export function runPath(nameOrPath: string): string {
  return /[/\\]/.test(nameOrPath) || nameOrPath === "." ? nameOrPath : join(runsFolder(), nameOrPath);
}

/** Path of a new run `<prefix>-<number>`, one above the largest there is. */
export function newRunPath(prefix: string): string {
  const taken = existsSync(runsFolder()) ? readdirSync(runsFolder()) : [];
  const numbers = taken.flatMap((name) =>
    name.startsWith(`${prefix}-`) && /^\d+$/.test(name.slice(prefix.length + 1))
      ? [Number(name.slice(prefix.length + 1))]
      : [],
  );
  return runPath(`${prefix}-${Math.max(0, ...numbers) + 1}`);
}
