import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ConfigError } from "../errors/index.ts";

/** Throws ConfigError where something is at `output` already, unless it is an empty directory. */
export function refuseTaken(output: string): void {
  if (!existsSync(output)) return;
  if (statSync(output).isDirectory() && readdirSync(output).length === 0) return;
  throw new ConfigError(`${output} is there already and is not an empty directory.`, {
    mend: "Name another --output, or remove it first.",
  });
}

/** A directory that is written as `<path>.partial` beside and renamed when it is whole; disposed of before, it goes. */
export class OutputDirectory implements Disposable {
  readonly path: string;
  /** Where to write. */
  readonly partial: string;

  constructor(output: string) {
    this.path = resolve(output);
    this.partial = join(dirname(this.path), `${basename(this.path)}.partial`);
    refuseTaken(this.path);
    rmSync(this.partial, { recursive: true, force: true });
    mkdirSync(this.partial, { recursive: true });
  }

  finish(): void {
    refuseTaken(this.path);
    renameSync(this.partial, this.path);
  }

  [Symbol.dispose](): void {
    rmSync(this.partial, { recursive: true, force: true });
  }
}
