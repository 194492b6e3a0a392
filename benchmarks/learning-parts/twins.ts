import { readTinyHeldout } from "../../src/evaluation/benchmarks/tiny-heldout.ts";
import { rowPrograms } from "../../tiny/data.ts";

/** What make-tiny's two passes were made of. */
const PASSES = [
  { seed: 0, rows: 300_000 },
  { seed: 2, rows: 75_000 },
];

/** What the warm start computes, each in one writing; held out are texts. */
export function trainedComputations(): Set<string> {
  return new Set(PASSES.flatMap((pass) => [...rowPrograms(pass)].map(computation)));
}

/** Of a file's problems, by id, those whose program has a twin in the warm start: its computation in another writing. */
export async function twins(path: string, trained: ReadonlySet<string>): Promise<Set<string>> {
  const { problems } = await readTinyHeldout(path);
  return new Set(problems.flatMap(({ id, program }) => (trained.has(computation(program)) ? id : [])));
}

const TWO_STATEMENTS = /^def f\(a\):\n {4}([ab]) = (.*)\n {4}return (.*)$/;

/**
 * A program in the one writing of what it computes: a chain of two operations comes in one expression or in two
 * statements, under one of two names.
 */
export function computation(source: string): string {
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
