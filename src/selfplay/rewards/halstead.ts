import type { Term } from "./term.ts";

/** Figures that count as 1, and their weights, as in the official code. */
const EFFORT = 10_000;
const CYCLOMATIC = 10;
const VOLUME = 500;

/** 0.5 min(effort / 10,000, 1) + 0.3 min(cyclomatic / 10, 1) + 0.2 min(volume / 500, 1) (Halstead 1977). */
export const halstead: Term = {
  name: "halstead",
  figure: ({ program }) =>
    program &&
    0.5 * Math.min(program.halstead.effort / EFFORT, 1) +
      0.3 * Math.min(program.cyclomatic / CYCLOMATIC, 1) +
      0.2 * Math.min(program.halstead.volume / VOLUME, 1),
};
