import * as v from "valibot";
import { count, help } from "./fields.ts";

export const Checkpoints = v.strictObject({
  every: v.optional(v.pipe(count, help("Write a checkpoint every N steps.")), 1),
  keep: v.optional(v.pipe(count, help("Keep the last N checkpoints.")), 3),
  best: v.optional(
    v.strictObject({
      metric: v.optional(
        v.pipe(
          v.string(),
          help(
            "Keep the checkpoint of the step with the best value of this figure beside the last ones, such as evaluation/humaneval/pass@1; --checkpoint best names it. Empty keeps none.",
          ),
        ),
        "",
      ),
      mode: v.optional(v.pipe(v.picklist(["max", "min"]), help("Which end of it is the best.")), "max"),
    }),
    {},
  ),
});
