import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors/index.ts";

/** The config of a run that goes on with more steps or epochs. Raises ConfigError. */
export function longer(
  config: Config,
  { num_steps, epochs }: { num_steps?: number; epochs?: number },
): Config {
  const { algorithm } = config.training;
  const steps = num_steps ?? config.steps;
  if (algorithm.type !== "sft") {
    if (epochs === undefined) return { ...config, steps };
    throw new ConfigError("--epochs goes with a run on given texts; this one is self-play.", {
      mend: "Give it more steps with --num_steps.",
    });
  }
  const wanted = epochs ?? (num_steps === undefined ? algorithm.epochs : 0);
  return { ...config, steps, training: { ...config.training, algorithm: { ...algorithm, epochs: wanted } } };
}
