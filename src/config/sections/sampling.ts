import * as v from "valibot";
import { count, countOrZero, help, positive, probability } from "./fields.ts";

export const Sampling = v.strictObject({
  temperature: v.optional(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.check((value) => value === 0 || value >= 1e-4, "0 or at least 0.0001"),
      help("Sampling temperature; 0 is greedy, else at least 0.0001."),
    ),
    1,
  ),
  top_p: v.optional(
    v.pipe(probability, help("Nucleus: keep the smallest set of tokens with this much probability.")),
    1,
  ),
  top_k: v.optional(v.pipe(countOrZero, help("Keep the k most likely tokens; 0 keeps all.")), 0),
  min_p: v.optional(
    v.pipe(
      probability,
      help("Drop tokens less likely than this share of the most likely one; 0 drops none."),
    ),
    0,
  ),
  repetition_penalty: v.optional(
    v.pipe(
      positive,
      help(
        "Above 1 makes tokens that the prompt or the response holds already less likely (CTRL, arXiv 1909.05858, section 4.1).",
      ),
    ),
    1,
  ),
  max_tokens: v.optional(v.pipe(count, help("Most new tokens per sample.")), 512),
});
