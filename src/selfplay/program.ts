import { found, type Reading, rejected } from "./rejection.ts";

/** Longest program that is kept, characters: a task must fit into prompts many times over. */
const MAX_CHARACTERS = 8000;

/**
 * The program in a piece of source: anything Python allows (imports, helpers, classes, nested functions) with
 * an entry point `f` at the top level that takes at least one parameter. Whether it is Python at all is for
 * the sandbox to say.
 */
export function readProgram(source: string): Reading<string> {
  const program = tidy(source);
  if (program === "") return rejected("no-program");
  if (program.length > MAX_CHARACTERS) {
    return rejected("program-too-long", `${program.length} characters, at most ${MAX_CHARACTERS}`);
  }
  // Python 3.12 writes type parameters in brackets before the others.
  const entry = /^def[ \t]+f[ \t]*(?:\[[^\n]*?\][ \t]*)?\(([\s)]*)/m.exec(program);
  if (!entry) return rejected("no-entry", whyNoEntry(program));
  if (entry[1]?.includes(")")) return rejected("no-parameters", "f takes no input");
  return found(program);
}

function whyNoEntry(program: string): string {
  if (/^async[ \t]+def[ \t]+f[ \t]*[[(]/m.test(program)) return "f is an async function";
  if (/^f[ \t]*(?::[^=\n]*)?=/m.test(program)) return "f is assigned, not defined with def";
  if (/^[ \t]+(?:async[ \t]+)?def[ \t]+f[ \t]*[[(]/m.test(program)) return "f is not at the top level";
  return "no function named f at the top level";
}

function tidy(source: string): string {
  return source
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .replace(/^\n+|\n+$/g, "");
}

/** A text that two programs share when they differ in blank lines and whole-line comments at most. */
export function normalisedProgram(program: string): string {
  return tidy(program)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"))
    .join("\n");
}
