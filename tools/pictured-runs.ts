import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunDirectory } from "../src/runs/index.ts";
import type { Recording } from "../src/tui/replay/recording.ts";

/** Recorded runs as directories under `runs`, in a temporary folder that is the working directory meanwhile. */
export class PicturedRuns implements Disposable {
  readonly paths: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), "azr-pictures-"));
  readonly #before = process.cwd();

  constructor(recordings: readonly Recording[]) {
    // Paths are drawn: from here they are the same everywhere.
    process.chdir(this.#folder);
    this.paths = recordings.map(({ name, config, database }) => {
      const path = join("runs", name);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "config.json"), config);
      writeFileSync(join(path, "run.sqlite"), database);
      using writer = RunDirectory.open(path).openDatabase();
      writer.run("DELETE FROM engine");
      writer.run("UPDATE run SET name = ?, state = 'stopped'", [name]);
      return path;
    });
  }

  [Symbol.dispose](): void {
    process.chdir(this.#before);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
