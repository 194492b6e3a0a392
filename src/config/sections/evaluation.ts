import * as v from "valibot";
import { countOrZero, help } from "./fields.ts";

export const Evaluation = v.strictObject({
  every: v.optional(v.pipe(countOrZero, help("Evaluate every N steps; 0 never.")), 0),
  benchmark: v.optional(
    v.pipe(v.picklist(["humaneval"]), help("Benchmark of the evaluations while training.")),
    "humaneval",
  ),
  limit: v.optional(v.pipe(countOrZero, help("Problems per evaluation; 0 takes all.")), 0),
});
