import * as v from "valibot";
import { belowOne, countOrZero, help, positive } from "./fields.ts";

export const Optimizer = v.strictObject({
  learning_rate: v.optional(v.pipe(positive, help("AdamW's peak learning rate.")), 1e-6),
  betas: v.optional(v.pipe(v.tuple([belowOne, belowOne]), help("AdamW's beta 1 and beta 2.")), [0.9, 0.999]),
  epsilon: v.optional(v.pipe(positive, help("AdamW's epsilon.")), 1e-8),
  weight_decay: v.optional(v.pipe(v.number(), v.minValue(0), help("Decoupled weight decay.")), 0.01),
  warmup_steps: v.optional(v.pipe(countOrZero, help("Steps of linear warm-up.")), 0),
  schedule: v.optional(
    v.pipe(
      v.picklist(["constant", "linear", "cosine"]),
      help(
        "Learning rate after the warm-up: stays at its peak, or falls to min_learning_rate by the end of the run (cosine: arXiv 1608.03983).",
      ),
    ),
    "constant",
  ),
  min_learning_rate: v.optional(
    v.pipe(v.number(), v.minValue(0), help("Where a linear or cosine schedule ends.")),
    0,
  ),
  gradient_clip: v.optional(v.pipe(positive, help("Largest global gradient norm.")), 1),
});
