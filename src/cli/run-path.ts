import { existsSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { RunError } from "../errors/index.ts";
import { listRuns } from "../runs/index.ts";

/** Where runs are kept unless a path is given. */
export const RUNS_ROOT = "runs";

/** The directory of a run named by a path, or by its name under `runs/`; it need not exist. */
export function runPath(name: string): string {
  return name.includes(sep) || existsSync(join(name, "run.sqlite"))
    ? resolve(name)
    : resolve(RUNS_ROOT, name);
}

/** The first of `base`, `base-2`, `base-3`, ... that is not taken under `runs/`. */
export function freshRunName(base: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!existsSync(join(RUNS_ROOT, name))) return name;
  }
}

/** The run that was active last; RunError when there is none. */
export function latestRun(): string {
  const [latest] = listRuns(RUNS_ROOT).runs;
  if (!latest) {
    throw new RunError("There is no run yet under runs/.", {
      mend: "Start one with `azr-tui demo`, or `azr-tui train --preset demo`.",
    });
  }
  return latest.path;
}
