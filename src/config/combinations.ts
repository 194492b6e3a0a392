import { BENCHMARK_NAMES } from "./benchmark-name.ts";
import { type Contradiction, words } from "./contradiction.ts";
import { REWARD_CONTRADICTIONS } from "./reward-contradictions.ts";
import type { Config } from "./schema.ts";
import { SELF_PLAY_CONTRADICTIONS } from "./self-play-contradictions.ts";

/** Of every run. */
const GENERAL: readonly Contradiction[] = [
  {
    holds: ({ model, adapter }) => model.quantize !== "none" && adapter.type === "full",
    message: ({ model }) =>
      `model.quantize ${model.quantize} packs the weights, and adapter.type full trains them.`,
    mend: "Use adapter.type lora, or set model.quantize to none.",
  },
  {
    holds: ({ training: { optimizer } }) => optimizer.min_learning_rate > optimizer.learning_rate,
    message: ({ training: { optimizer } }) =>
      `training.optimizer.min_learning_rate ${optimizer.min_learning_rate} is above learning_rate ${optimizer.learning_rate}.`,
    mend: "Lower it: the rate falls from learning_rate to min_learning_rate.",
  },

  // What is measured.
  {
    holds: ({ evaluation }) => evaluation.samples > 1 && evaluation.temperature === 0,
    message: "evaluation.temperature 0 is greedy, so that the samples of a problem are all the same.",
    mend: "Raise evaluation.temperature, leave it out for 0.8, or set evaluation.samples to 1.",
  },
  {
    holds: ({ evaluation: { data, benchmarks } }) =>
      BENCHMARK_NAMES.some((name) => data[name] !== "" && !benchmarks.includes(name)),
    message: "evaluation.data names the file of a benchmark that evaluation.benchmarks does not hold.",
    mend: "Add the benchmark to evaluation.benchmarks, or leave out its file.",
  },
];

/** Every contradiction in a config, with what to do about it; of supervised runs those that they read. */
export function contradictions(config: Config): { message: string; mend: string }[] {
  const selfPlay = config.training.algorithm.type !== "sft";
  const all = [...GENERAL, ...(selfPlay ? [...SELF_PLAY_CONTRADICTIONS, ...REWARD_CONTRADICTIONS] : [])];
  return all
    .filter(({ holds }) => holds(config))
    .map(({ message, mend }) => ({ message: words(message, config), mend: words(mend, config) }));
}

/** What a run would do otherwise than its settings may seem to say, though it can be meant. */
export function remarks({ selfplay: { composites }, steps, training }: Config): string[] {
  const late = composites.probability > 0 && composites.from_step > steps;
  if (!late || training.algorithm.type === "sft") return [];
  return [
    `selfplay.composites.from_step ${composites.from_step} is after the last of ${steps} steps: there will be no composites.`,
  ];
}
