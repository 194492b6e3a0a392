import type { Term } from "./term.ts";

/** Mean over the references of 1 - the matching share of the two syntax trees; null without references. */
export const editDistance: Term = {
  name: "edit_distance",
  figure: ({ program }) =>
    program && program.distances.length > 0
      ? program.distances.reduce((sum, distance) => sum + distance, 0) / program.distances.length
      : null,
};
