import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROLES, TASK_TYPES } from "../../../src/interfaces/role.ts";
import { type CorpusRow, corpusVerdict } from "./verdict.ts";

const file = Bun.file(join(import.meta.dir, "smollm2-135m.jsonl"));
const rows = (await file.text())
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as CorpusRow);

test("the corpus has at least 200 outputs, of every style, role and type", () => {
  expect(rows.length).toBeGreaterThanOrEqual(200);
  for (const style of ["full", "compact"])
    for (const role of ROLES)
      for (const type of TASK_TYPES) {
        const own = rows.filter((row) => row.style === style && row.role === role && row.type === type);
        expect([style, role, type, own.length >= 10]).toEqual([style, role, type, true]);
      }
});

test("every output gets the verdict that was set for it", () => {
  const wrong = rows.flatMap((row, index) => {
    const { verdict, detail } = corpusVerdict(row);
    return verdict === row.expected ? [] : [{ line: index + 1, expected: row.expected, verdict, detail }];
  });
  expect(wrong).toEqual([]);
});
