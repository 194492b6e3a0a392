import * as v from "valibot";
import { help } from "./fields.ts";

const name = v.pipe(v.string(), v.minLength(1));

export const Tracking = v.strictObject({
  wandb: v.optional(
    v.strictObject({
      mode: v.optional(
        v.pipe(
          v.picklist(["off", "online", "offline"]),
          help(
            "Send the figures to Weights & Biases as they come. offline writes a directory that `wandb sync` sends later. The key comes from WANDB_API_KEY or `wandb login`, never from here.",
          ),
        ),
        "off",
      ),
      project: v.optional(v.pipe(name, help("Project of the W&B run.")), "azr-tui"),
      entity: v.optional(
        v.pipe(name, help("User or team that owns the project; the key's own when absent.")),
      ),
      name: v.optional(v.pipe(name, help("Name of the W&B run; the run's own when absent."))),
      tags: v.optional(v.pipe(v.array(name), help("Tags of the W&B run.")), []),
    }),
    {},
  ),
  tensorboard: v.optional(
    v.pipe(
      v.union([v.boolean(), name]),
      help(
        "Write TensorBoard event files: true into the run's folder `tensorboard`, a directory into that directory's folder of the run's name.",
      ),
    ),
    false,
  ),
});
