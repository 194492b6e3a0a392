import * as v from "valibot";
import { count, countOrZero, help, probability } from "./fields.ts";

export const Sampling = v.strictObject({
  temperature: v.optional(v.pipe(v.number(), v.minValue(0), help("Sampling temperature; 0 is greedy.")), 1),
  top_p: v.optional(
    v.pipe(probability, help("Nucleus: keep the smallest set of tokens with this much probability.")),
    1,
  ),
  top_k: v.optional(v.pipe(countOrZero, help("Keep the k most likely tokens; 0 keeps all.")), 0),
  max_tokens: v.optional(v.pipe(count, help("Most new tokens per sample.")), 512),
});
