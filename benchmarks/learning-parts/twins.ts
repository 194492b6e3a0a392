import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { TINY_HELDOUT_PATH } from "../../src/evaluation/benchmarks/tiny-heldout-data.ts";
import { rowPrograms } from "../../tiny/data.ts";

/** What make-tiny's two passes were made of. */
const PASSES = [
  { seed: 0, rows: 300_000 },
  { seed: 2, rows: 75_000 },
];

/**
 * The problems of tiny-heldout, by id, whose program has a twin in the warm start: the same computation in another
 * writing. A chain of two operations is written in one expression or in two statements, under one of two names, and
 * held out by its text.
 */
export async function twins(): Promise<Set<string>> {
  const trained = new Set(PASSES.flatMap((pass) => [...rowPrograms(pass)].map(inOneExpression)));
  const { problems } = await readTinyHeldout(TINY_HELDOUT_PATH);
  return new Set(problems.flatMap(({ id, program }) => (trained.has(inOneExpression(program)) ? id : [])));
}

const TWO_STATEMENTS = /^def f\(a\):\n {4}([ab]) = (.*)\n {4}return (.*)$/;

function inOneExpression(source: string): string {
  const [, name, inner = "", outer = ""] = TWO_STATEMENTS.exec(source) ?? [];
  if (name === undefined) return source;
  const put = isTight(inner) ? inner : `(${inner})`;
  return `def f(a):\n    return ${outer.replace(new RegExp(`\\b${name}\\b`, "g"), () => put)}`;
}

/** Whether an expression keeps its meaning where it stands in another: it has no operator outside of brackets. */
function isTight(code: string): boolean {
  const without = code.replace(/\([^()[\]]*\)|\[[^()[\]]*\]/g, "");
  return without === code ? !code.includes(" ") : isTight(without);
}
