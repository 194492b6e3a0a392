import { configChanges, describeChange } from "../config/change.ts";
import type { Config } from "../config/schema.ts";
import { appendEvent } from "./events.ts";
import type { RunDirectory } from "./run-directory.ts";

/**
 * Stores the settings of a run that goes on, and each change among its events. Under an engine that is at work nothing is
 * changed.
 */
export function changeConfig(run: RunDirectory, config: Config): void {
  const changes = configChanges(run.config(), config);
  const { engine, step } = run.status();
  if (changes.length === 0 || engine !== null) return;
  run.writeConfig(config);
  using database = run.openDatabase();
  for (const change of changes) {
    const message = describeChange(change);
    appendEvent(database, { at: Date.now(), step, level: "info", source: "config", message });
  }
}
