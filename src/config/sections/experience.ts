import * as v from "valibot";
import { count, help } from "./fields.ts";

/** Verified solutions that are kept and learnt from beside the rewards. */
export const Experience = v.strictObject({
  coefficient: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      help(
        "Weight of the supervised term: each update adds this much times the mean negative log-likelihood of sampled verified solutions. 0 leaves it out, and nothing is kept.",
      ),
    ),
    0,
  ),
  capacity: v.optional(v.pipe(count, help("Solutions kept: the newest different ones.")), 1024),
  samples_per_step: v.optional(
    v.pipe(count, help("Solutions of earlier steps drawn for a step, all there are when fewer.")),
    16,
  ),
});
