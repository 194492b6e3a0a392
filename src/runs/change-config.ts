import { configChanges, describeChange, withLiveSettings } from "../config/change.ts";
import type { Config } from "../config/schema.ts";
import type { RunDatabase } from "./database.ts";
import { appendEvent } from "./events.ts";
import { isSeeded } from "./queries/steps.ts";
import type { RunDirectory } from "./run-directory.ts";
import { type DatedConfig, settingsFrom, storeSettings } from "./settings.ts";
import { runStatus } from "./state.ts";

/** What a run goes on with: the settings of the step to come, and those that come into force later. */
export interface PlannedConfig {
  config: Config;
  later: DatedConfig[];
}

/**
 * The settings of a run that goes on after `step`. Where they are the stored ones, each step that is done again is
 * done under those that it had; others are in force at once. What only an engine that starts reads is always the
 * newest.
 */
export function plannedConfig(database: RunDatabase, config: Config, step: number): PlannedConfig {
  const { current, later } = settingsFrom(database, firstStep(database, step));
  const newest = later.at(-1)?.config ?? current;
  if (!current || !newest || !Bun.deepEquals(withLiveSettings(config, newest), config)) {
    return { config, later: [] };
  }
  return {
    config: withLiveSettings(config, current),
    later: later.map((one) => ({ step: one.step, config: withLiveSettings(config, one.config) })),
  };
}

/** The step whose settings a run begins with that goes on after `step`: 0 is the seeding. */
function firstStep(database: RunDatabase, step: number): number {
  return step > 0 || isSeeded(database) ? step + 1 : 0;
}

/**
 * Stores the settings of a run that goes on after `step`, and each change among its events. For the engine that holds
 * the run, once it has accepted them.
 */
export function changeConfig(run: RunDirectory, database: RunDatabase, config: Config, step: number): void {
  const before = run.config();
  const changes = configChanges(before, config);
  const { later } = plannedConfig(database, config, step);
  database.transaction(() => {
    if (later.length === 0) storeSettings(database, { before, config, step: firstStep(database, step) });
    for (const change of changes) {
      const message = describeChange(change);
      appendEvent(database, { at: Date.now(), step, level: "info", source: "config", message });
    }
    if (changes.length > 0) run.writeConfig(config);
  });
}

/**
 * Stores the settings that are in force from `step` on, in place of any that were to come into force later, and the
 * changes among the run's events. What changed, in words.
 */
export function changeSettings(
  run: RunDirectory,
  database: RunDatabase,
  { config, step, by }: { config: Config; step: number; by: string },
): string {
  const before = run.config();
  const changes = configChanges(before, config).map(describeChange);
  const message = `${changes.join("; ")}, from step ${step} on`;
  database.transaction(() => {
    storeSettings(database, { before, config, step });
    const event = { at: Date.now(), step: runStatus(database).step, level: "info" as const };
    appendEvent(database, { ...event, source: "config", message: `${message} (${by})` });
    run.writeConfig(config);
  });
  return message;
}
