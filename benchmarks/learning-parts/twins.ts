import { passes, rowPrograms, SHIPPED } from "../../tiny/data.ts";

/** What the warm start of the model that ships computes, each in one writing; held out are texts. */
export function trainedComputations(): Set<string> {
  return new Set(passes(SHIPPED).flatMap((pass) => [...rowPrograms(pass)].map(computation)));
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
  // Names, and strings whole so that a letter in one is not taken for a name.
  const words = new RegExp(`'[^']*'|\\b${name}\\b`, "g");
  return `def f(a):\n    return ${outer.replace(words, (word) => (word === name ? put : word))}`;
}

/** Whether an expression keeps its meaning where it stands in another: it has no operator outside of brackets. */
function isTight(code: string): boolean {
  const without = code.replace(/\([^()[\]]*\)|\[[^()[\]]*\]/g, "");
  return without === code ? !code.includes(" ") : isTight(without);
}
