import * as v from "valibot";
import { belowOne, count, countOrZero, help } from "./fields.ts";

export const Supervised = v.strictObject({
  type: v.pipe(
    v.literal("sft"),
    help("Supervised fine-tuning on a file of texts, in place of self-play: for warm starts."),
  ),
  data: v.pipe(
    v.string(),
    v.minLength(1),
    help(
      "JSONL file, gzip too; a row holds prompt and completion, or messages (chat template; loss on the assistant's turns), or text.",
    ),
  ),
  validation: v.optional(
    v.pipe(v.string(), help("JSONL file whose loss is measured while training; empty for none.")),
    "",
  ),
  held_out: v.optional(
    v.pipe(belowOne, help("Share of data's rows kept for validation where there is no validation file.")),
    0,
  ),
  validate_every: v.optional(
    v.pipe(count, help("Measure the validation loss before step 1, every N steps and at the end.")),
    20,
  ),
  epochs: v.optional(
    v.pipe(
      countOrZero,
      help("Passes over the data: they decide on the number of steps. 0 leaves it to `steps`."),
    ),
    1,
  ),
  batch_size: v.optional(v.pipe(count, help("Rows per step, which is one update.")), 8),
  max_length: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(2),
      help("Rows of more tokens, or more than the model reads, are left out and counted; none is cut."),
    ),
    2048,
  ),
  completion_only: v.optional(
    v.pipe(
      v.boolean(),
      help("Loss on completions and the assistant's turns alone; false covers prompts too."),
    ),
    true,
  ),
});
