import * as v from "valibot";
import { type Config, ConfigSchema } from "../config/schema.ts";
import type { RunDatabase } from "./database.ts";

/** Settings that are in force from a step on. */
export interface DatedConfig {
  step: number;
  config: Config;
}

/**
 * The settings in force for a step, and those that come into force after it, by ascending step; none where the run's
 * settings have never changed.
 */
export function settingsFrom(
  database: RunDatabase,
  step: number,
): { current: Config | null; later: DatedConfig[] } {
  const all = database
    .all<{ step: number; config: string }>("SELECT step, config FROM settings ORDER BY step, id")
    .map((row) => ({ step: row.step, config: v.parse(ConfigSchema, JSON.parse(row.config)) }));
  const current = all.findLast((row) => row.step <= step)?.config ?? null;
  return { current, later: all.filter((row) => row.step > step) };
}

/** The settings of a run by the step from which they hold, ascending; `config`, its own, alone where they have never changed. */
export function datedSettings(database: RunDatabase, config: Config): DatedConfig[] {
  const { later } = settingsFrom(database, -1);
  return later.length > 0 ? later : [{ step: 0, config }];
}

/**
 * Puts settings in force from a step on: those of later steps go. `before` are the ones of the steps up to there, kept
 * when none were stored yet.
 */
export function storeSettings(
  database: RunDatabase,
  { before, config, step }: { before: Config; config: Config; step: number },
): void {
  const insert = (from: number, value: Config) =>
    database.run("INSERT INTO settings VALUES (NULL, ?, ?, ?)", [from, Date.now(), JSON.stringify(value)]);
  const { current } = settingsFrom(database, Number.MAX_SAFE_INTEGER);
  if (Bun.deepEquals(current ?? before, config)) return;
  if (current === null) insert(0, before);
  database.run("DELETE FROM settings WHERE step >= ? AND step > 0", [step]);
  insert(step, config);
}
