import { statSync } from "node:fs";
import { basename } from "node:path";
import { RunError } from "../errors/index.ts";
import type { RunDirectory } from "./run-directory.ts";

/**
 * Whether a run is still where it was opened. Its database stays readable and writable for who has it open after the
 * directory was deleted, moved away or replaced, so that only this tells.
 */
export class Presence {
  readonly #file: string | null;

  constructor(private readonly run: RunDirectory) {
    this.#file = identity(run.databasePath);
  }

  /** Null while the run is there; then what a user is told. */
  get gone(): RunError | null {
    return identity(this.run.databasePath) === this.#file ? null : directoryGone(this.run);
  }
}

export function directoryGone({ path }: Pick<RunDirectory, "path">): RunError {
  const name = basename(path);
  return new RunError(`the directory of run ${name} is gone: ${path} was deleted or moved`, {
    mend: "Where it was moved, `azr-tui train PATH --resume` goes on with it.",
  });
}

/** Of a file under its name; null where there is none. */
function identity(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found ? `${found.dev}:${found.ino}` : null;
}
