import type { RunDatabase } from "../database.ts";

export interface MetricPoint {
  step: number;
  /** Null where the figure was not a finite number. */
  value: number | null;
}

/** One figure over the steps, ascending: the last `limit` points at most. */
export function metricSeries(database: RunDatabase, name: string, limit = 10_000): MetricPoint[] {
  return database
    .all<MetricPoint>("SELECT step, value FROM metrics WHERE name = ? ORDER BY step DESC LIMIT ?", [
      name,
      limit,
    ])
    .reverse();
}

/** Points of one figure from a step on, ascending. */
export function metricPoints(database: RunDatabase, name: string, from: number): MetricPoint[] {
  return database.all<MetricPoint>(
    "SELECT step, value FROM metrics WHERE name = ? AND step >= ? ORDER BY step",
    [name, from],
  );
}

/** Sums over all steps of the figures of a part, such as `sandbox`, by name. */
export function metricSums(database: RunDatabase, part: string): Record<string, number> {
  const rows = database.all<{ name: string; sum: number | null }>(
    "SELECT name, sum(value) AS sum FROM metrics WHERE name > ? AND name < ? GROUP BY name",
    // The character after the slash.
    [`${part}/`, `${part}0`],
  );
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum ?? 0]));
}

/** Every figure of one step, by name. */
export function stepMetrics(database: RunDatabase, step: number): Record<string, number | null> {
  const rows = database.all<{ name: string; value: number | null }>(
    "SELECT name, value FROM metrics WHERE step = ? ORDER BY name",
    [step],
  );
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}

/** How often each safety flag was raised in the run's finished steps, by name. */
export function flagTotals(database: RunDatabase): Record<string, number> {
  const rows = database.all<{ name: string; total: number }>(
    // '0' is the character after '/': the range is that of the names under flags/.
    "SELECT name, sum(value) AS total FROM metrics WHERE name > 'flags/' AND name < 'flags0' GROUP BY name",
  );
  return Object.fromEntries(rows.map(({ name, total }) => [name.slice("flags/".length), total]));
}

/** Names of all figures that the run has, sorted. One look-up a name: the table may hold a million rows. */
export function metricNames(database: RunDatabase): string[] {
  return database
    .all<{ name: string }>(
      `WITH RECURSIVE names (name) AS (
         SELECT min(name) FROM metrics
         UNION ALL
         SELECT (SELECT min(name) FROM metrics WHERE name > names.name) FROM names WHERE name IS NOT NULL
       )
       SELECT name FROM names WHERE name IS NOT NULL`,
    )
    .map((row) => row.name);
}
