import { configChanges, describeChange } from "../config/change.ts";
import type { Config } from "../config/schema.ts";
import type { RunDatabase } from "./database.ts";
import { appendEvent } from "./events.ts";
import type { RunDirectory } from "./run-directory.ts";
import { runStatus } from "./state.ts";

/**
 * Stores the settings of a run that goes on, and each change among its events. For the engine that holds the run,
 * once it has accepted them.
 */
export function changeConfig(run: RunDirectory, database: RunDatabase, config: Config): void {
  const changes = configChanges(run.config(), config);
  if (changes.length === 0) return;
  const { step } = runStatus(database);
  database.transaction(() => {
    for (const change of changes) {
      const message = describeChange(change);
      appendEvent(database, { at: Date.now(), step, level: "info", source: "config", message });
    }
    run.writeConfig(config);
  });
}
