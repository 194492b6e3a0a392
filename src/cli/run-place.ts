import { existsSync } from "node:fs";
import { join } from "node:path";
import { closest } from "fastest-levenshtein";
import { RunError } from "../errors/index.ts";
import { listRuns } from "../runs/run-directory.ts";
import { runPath, runsFolder } from "./runs-folder.ts";

export { newRunPath, runPath, runsFolder } from "./runs-folder.ts";

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
