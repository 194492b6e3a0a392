import { ConfigError } from "../../errors/index.ts";
import { type DatedConfig, datedSettings, type RunDatabase, RunDirectory } from "../../runs/index.ts";

/** A run that is set beside others. */
export interface ComparedRun {
  name: string;
  /** By the step from which they hold. */
  settings: readonly DatedConfig[];
  database: RunDatabase;
}

/** Two to four runs that are read together, until they are closed. */
export class ComparedRuns implements Disposable {
  readonly runs: readonly ComparedRun[];

  /** Raises ConfigError for another number of runs, RunError where one cannot be read. */
  constructor(paths: readonly string[]) {
    if (paths.length < 2 || paths.length > 4) {
      throw new ConfigError(`Two to four runs are compared, not ${paths.length}.`, {
        mend: "azr-tui runs list shows them.",
      });
    }
    using opened = new DisposableStack();
    this.runs = paths.map((path) => {
      const run = RunDirectory.open(path);
      const database = opened.use(run.openDatabase({ readonly: true }));
      return { name: run.name, settings: datedSettings(database, run.config()), database };
    });
    opened.move();
  }

  /** Changes whenever a run has written something. */
  version(): string {
    return this.runs
      .map(({ database }) => database.get<{ data_version: number }>("PRAGMA data_version")?.data_version)
      .join();
  }

  [Symbol.dispose](): void {
    for (const { database } of this.runs) database.close();
  }
}
