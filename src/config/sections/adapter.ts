import * as v from "valibot";
import { belowOne, count, help, positive } from "./fields.ts";

const init = v.optional(
  v.pipe(
    v.string(),
    help(
      "Directory of trained weights to start from (adapters.safetensors, mlx-lm's too); none when absent.",
    ),
  ),
);

/** Of Llama, Mistral and Qwen models; the last three of GPT-2. */
const PROJECTIONS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
  "c_attn",
  "c_proj",
  "c_fc",
] as const;

export const Adapter = v.variant("type", [
  v.strictObject({
    type: v.pipe(
      v.literal("lora"),
      help("Train low-rank adapters; the model's weights stay frozen (and 4-bit on GPU backends)."),
    ),
    rank: v.optional(v.pipe(count, help("Rank of the adapters.")), 16),
    alpha: v.optional(v.pipe(positive, help("Adapters are scaled by alpha / rank.")), 32),
    dropout: v.optional(v.pipe(belowOne, help("Dropout on the adapter's input while training.")), 0),
    layers: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(-1), help("Adapt the last N layers; -1 adapts all.")),
      -1,
    ),
    targets: v.optional(
      v.pipe(
        v.array(v.picklist(["all", ...PROJECTIONS])),
        v.minLength(1),
        help("Projections that get an adapter; all takes every one that the architecture has."),
      ),
      ["all"],
    ),
    init,
  }),
  v.strictObject({
    type: v.pipe(v.literal("full"), help("Train every weight (small models only).")),
    init,
  }),
]);
