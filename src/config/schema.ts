import * as v from "valibot";
import { Adapter } from "./sections/adapter.ts";
import { Checkpoints } from "./sections/checkpoints.ts";
import { Evaluation } from "./sections/evaluation.ts";
import { count, help } from "./sections/fields.ts";
import { Model } from "./sections/model.ts";
import { Rewards } from "./sections/rewards.ts";
import { Sandbox } from "./sections/sandbox.ts";
import { SelfPlay } from "./sections/selfplay.ts";
import { Signals } from "./sections/signals.ts";
import { Tracking } from "./sections/tracking.ts";
import { Training } from "./sections/training.ts";

/**
 * The one description of a run's configuration: defaults, ranges and help text live on the fields. YAML
 * validation, `--set`, error messages, the stored resolved config, the JSON Schema and the reference page
 * are derived from it. Keys are snake_case, as in the YAML files.
 */
export const ConfigSchema = v.strictObject({
  seed: v.optional(
    v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(2 ** 31 - 1),
      help("Every random draw of the run derives from it."),
    ),
    0,
  ),
  steps: v.optional(
    v.pipe(count, help("Steps of the run; with training.algorithm.epochs, those decide.")),
    500,
  ),
  output_dir: v.optional(
    v.pipe(
      v.string(),
      help(
        "Directory of a run that is given neither a name nor --output_dir; empty takes the next free name in the runs folder.",
      ),
    ),
    "",
  ),
  model: v.optional(Model, {}),
  adapter: v.optional(Adapter, { type: "lora" }),
  selfplay: v.optional(SelfPlay, {}),
  rewards: v.optional(Rewards, {}),
  training: v.optional(Training, {}),
  sandbox: v.optional(Sandbox, {}),
  evaluation: v.optional(Evaluation, {}),
  checkpoints: v.optional(Checkpoints, {}),
  tracking: v.optional(Tracking, {}),
  signals: v.optional(Signals, {}),
});

/** A config with every default filled in. */
export type Config = v.InferOutput<typeof ConfigSchema>;
/** What a YAML file may hold. */
export type ConfigInput = v.InferInput<typeof ConfigSchema>;
