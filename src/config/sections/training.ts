import * as v from "valibot";
import { Algorithm } from "./algorithm.ts";
import { count, countOrZero, help } from "./fields.ts";
import { Optimizer } from "./optimizer.ts";

export const Training = v.strictObject({
  algorithm: v.optional(Algorithm, { type: "trr++" }),
  optimizer: v.optional(Optimizer, {}),
  tokens_per_microbatch: v.optional(
    v.pipe(
      countOrZero,
      help(
        "Most tokens per forward and backward pass, nothing padded; gradients accumulate over passes. 0 takes what suits the device: 512 on the CPU, 4096 on a GPU.",
      ),
    ),
    0,
  ),
  max_skipped: v.optional(
    v.pipe(
      count,
      help("Updates in a row whose loss or gradient is not finite, after which the run ends with an error."),
    ),
    3,
  ),
  measure_kl: v.optional(
    v.pipe(
      countOrZero,
      help(
        "Rollouts of a step on which the divergence from the model as it was loaded, without adapters, is measured where no KL term does; 0 measures none. Each costs two forward passes.",
      ),
    ),
    0,
  ),
  gradient_checkpointing: v.optional(
    v.pipe(
      v.boolean(),
      help("Recompute each layer in the backward pass: less memory, about a third more time."),
    ),
    true,
  ),
});
