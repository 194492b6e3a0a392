import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { createSchema, SCHEMA_VERSION } from "../../src/runs/schema.ts";

const page = await Bun.file(join(import.meta.dir, "../../docs/reference/run-database.md")).text();

test("the reference page names every table, every column and the schema version", () => {
  using database = new Database(":memory:");
  createSchema(database);
  const columns = database
    .query<{ table: string; column: string }, []>(
      `SELECT m.name AS "table", p.name AS "column" FROM sqlite_master m, pragma_table_info(m.name) p
       WHERE m.type = 'table'`,
    )
    .all();
  expect(columns.length).toBeGreaterThan(60);
  const missing = columns.filter(
    ({ table, column }) =>
      column !== "one" && !(page.includes(`\`${table}\``) && page.includes(`\`${column}\``)),
  );
  expect(missing).toEqual([]);
  expect(page).toContain(`(now ${SCHEMA_VERSION})`);
});

test("the page's queries run", () => {
  using database = new Database(":memory:");
  createSchema(database);
  const sql = /```sql\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  const queries = sql.split(";").filter((query) => query.includes("SELECT"));
  expect(queries.length).toBe(3);
  for (const query of queries) expect(database.query(query).all()).toEqual([]);
});
