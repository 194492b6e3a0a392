import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { closest } from "fastest-levenshtein";
import { RunError } from "../errors/index.ts";
import { listRuns } from "../runs/run-directory.ts";

/** Folder that holds the runs: `AZR_RUNS_DIR`, else `runs` where the command is given. */
export function runsFolder(): string {
  return process.env.AZR_RUNS_DIR || "runs";
}

/** Path of a run that is to be: a name goes into the runs folder, anything with a slash is a path. */
export function runPath(nameOrPath: string): string {
  return /[/\\]/.test(nameOrPath) || nameOrPath === "." ? nameOrPath : join(runsFolder(), nameOrPath);
}

/**
 * Path of an existing run by name or path; the one touched last when none is named. Raises RunError, with the
 * nearest name, when there is none.
 */
export function findRun(nameOrPath?: string): string {
  const { runs } = listRuns(runsFolder());
  if (nameOrPath === undefined) {
    const [latest] = runs;
    if (latest) return latest.path;
    throw new RunError(`There is no run in ${runsFolder()}/ yet.`, {
      mend: "Start one: azr-tui demo, or azr-tui train.",
    });
  }
  for (const path of [runPath(nameOrPath), nameOrPath]) {
    if (existsSync(join(path, "config.json"))) return path;
  }
  const names = runs.map((run) => run.name);
  throw new RunError(`There is no run "${nameOrPath}" (looked for ${runPath(nameOrPath)}).`, {
    mend:
      names.length > 0
        ? `Nearest: ${closest(nameOrPath, names)}. azr-tui runs list shows all of them.`
        : "Start one: azr-tui demo, or azr-tui train.",
  });
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
