import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "../errors/index.ts";

const FILE = "data.json";

/**
 * Keeps the SHA-256 of a run's data files beside the run, by path, when it begins. Raises RunError when a run goes on
 * and a file is not what it was: the rows of a step would be others.
 */
export function pinData(directory: string, digests: Readonly<Record<string, string>>): void {
  const path = join(directory, FILE);
  if (!existsSync(path)) {
    writeFileSync(path, `${JSON.stringify(digests, null, 2)}\n`);
    return;
  }
  const known = JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
  const changed = Object.keys(known).find((name) => known[name] !== digests[name]);
  if (changed !== undefined)
    throw new RunError(`${changed} is not what it was when the run began`, {
      mend: "Put the file back, or start a new run (--adapter takes the weights along).",
    });
}
