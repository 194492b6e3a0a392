import type { FilterField, RunDatabase } from "../../runs/index.ts";

/** Values that the rollouts have of a field, the most frequent first, for completion. */
export function valuesOf(database: RunDatabase, { name }: FilterField): readonly string[] {
  const sql = {
    verdict: "SELECT verdict AS value FROM rollouts GROUP BY verdict ORDER BY count(*) DESC",
    finish: "SELECT finish AS value FROM rollouts GROUP BY finish ORDER BY count(*) DESC",
    flag: `SELECT flag.value AS value FROM rollouts, json_each(flags) AS flag WHERE flags <> '[]'
           GROUP BY flag.value ORDER BY count(*) DESC`,
    source: "SELECT source AS value FROM events GROUP BY source ORDER BY count(*) DESC",
  }[name];
  return sql === undefined ? [] : database.all<{ value: string }>(sql).map(({ value }) => value);
}
