import type { Term } from "./term.ts";

/** The cyclomatic complexity that counts as 1, as the official code scales its (cognitive) complexity. */
const SCALE = 15;

/** Cyclomatic complexity / 15 (McCabe 1976): 1 + the decisions of the program. */
export const complexity: Term = {
  name: "complexity",
  figure: ({ program }) => program && program.cyclomatic / SCALE,
};
