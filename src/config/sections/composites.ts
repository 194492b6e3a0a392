import * as v from "valibot";
import { count, help, probability } from "./fields.ts";

/** Composite functions (arXiv 2505.03335, appendix D.1): off unless `probability` says otherwise. */
export const Composites = v.strictObject({
  probability: v.optional(
    v.pipe(
      probability,
      help(
        "Share of program proposals that are given earlier programs g_1, g_2, ... which their f must call; 0 is off.",
      ),
    ),
    0,
  ),
  most: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(1),
      v.maxValue(9),
      help("Given programs at most; their number is drawn uniformly from 1 to this."),
    ),
    3,
  ),
  from_step: v.optional(v.pipe(count, help("First step in which proposals are given programs.")), 1),
});
