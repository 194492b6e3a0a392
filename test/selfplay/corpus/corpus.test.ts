import { expect, test } from "bun:test";
import { join } from "node:path";
import { ROLES, TASK_TYPES } from "../../../src/interfaces/role.ts";
import { type CorpusRow, corpusVerdict } from "./verdict.ts";

async function corpus(model: string): Promise<CorpusRow[]> {
  const text = await Bun.file(join(import.meta.dir, `${model}.jsonl`)).text();
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** What of a corpus gets another verdict than the one that was set for it. */
function wrongVerdicts(rows: readonly CorpusRow[]) {
  return rows.flatMap((row, index) => {
    const { verdict, detail } = corpusVerdict(row);
    return verdict === row.expected ? [] : [{ line: index + 1, expected: row.expected, verdict, detail }];
  });
}

const rows = await corpus("smollm2-135m");
const tiny = await corpus("tiny");

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
  expect([wrongVerdicts(rows), wrongVerdicts(tiny)]).toEqual([[], []]);
});

test("the outputs of tiny are of every role and type that it was taught, and of every reason that it gave", () => {
  for (const role of ROLES)
    for (const type of ["deduction", "abduction", "induction"]) {
      const own = tiny.filter((row) => row.role === role && row.type === type);
      expect([role, type, own.length >= 10]).toEqual([role, type, true]);
    }
  const reasons = new Set(tiny.map(({ expected }) => expected));
  expect([...reasons].sort()).toEqual([
    "input-not-literal",
    "no-answer",
    "no-input",
    "no-message",
    "not-literal",
    "ok",
    "too-few-inputs",
  ]);
});
