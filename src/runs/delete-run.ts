import { lstatSync, readdirSync, renameSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RunError } from "../errors/index.ts";
import { RunDirectory } from "./run-directory.ts";

/**
 * Removes a run's directory with all that is in it; the bytes that this freed. Rejects with RunError, and removes nothing, where the path is no run, its
 * engine is alive, or its database cannot be read and so cannot say whether one is. Needs no free disk space.
 */
export async function deleteRun(path: string): Promise<number> {
  const run = RunDirectory.open(path);
  if (lstatSync(run.path).isSymbolicLink()) {
    throw new RunError(`${run.path} is a link, and the run lies elsewhere`, {
      mend: "Remove the link by hand, or name the directory that it leads to.",
    });
  }
  const { engine } = run.status();
  if (engine) {
    throw new RunError(`run ${run.name} is being trained by process ${engine.pid}`, {
      mend: `Stop it first: azr-tui runs stop ${run.name}`,
    });
  }
  try {
    // Gone at once under its name: a removal that is cut off leaves no half of a run among the others.
    const aside = join(dirname(run.path), `.${run.name}.deleted-${process.pid}`);
    const bytes = bytesUnder(run.path);
    renameSync(run.path, aside);
    await rm(aside, { recursive: true, force: true });
    return bytes;
  } catch (error) {
    throw new RunError(`${run.path} cannot be removed: ${error instanceof Error ? error.message : error}`, {
      mend: "Check its permissions, and whether another program holds it open.",
      cause: error,
    });
  }
}

/** Bytes of the files in a directory; what is linked to is not in it. */
export function bytesUnder(directory: string): number {
  return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(directory, entry.name);
    return sum + (entry.isDirectory() ? bytesUnder(path) : lstatSync(path).size);
  }, 0);
}
