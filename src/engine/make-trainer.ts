import type { Config } from "../config/schema.ts";
import { evaluates } from "../config/sections/evaluation.ts";
import { RunError } from "../errors/index.ts";
import type { Generator } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { TaskStore } from "../selfplay/self-play.ts";
import { readExamples, type SupervisedConfig } from "../supervised/examples.ts";
import type { ModelHost } from "./model-host.ts";
import type { EngineParts, OpenedSandbox } from "./parts.ts";
import { pinData } from "./pinned-data.ts";
import { SelfPlayTrainer } from "./self-play-trainer.ts";
import { SupervisedTrainer } from "./supervised-trainer.ts";
import type { Trainer } from "./trainer.ts";

export interface TrainerParts {
  config: Config;
  parts: EngineParts;
  model: ModelHost;
  generator: Generator;
  tokenizer: Tokenizer;
  sandbox: OpenedSandbox | null;
  store: Required<TaskStore>;
  /** The run's directory. */
  directory: string;
  onLine: (line: string) => void;
}

/** The trainer that a config asks for. Throws ConfigError where its data is damaged. */
export function makeTrainer(options: TrainerParts): Trainer {
  const { algorithm } = options.config.training;
  return algorithm.type === "sft" ? supervised(options, algorithm) : selfPlay(options);
}

/** Whether a run executes generated programs: self-play does, and evaluations do. */
export function needsSandbox({ training, evaluation }: Config): boolean {
  return training.algorithm.type !== "sft" || evaluates(evaluation);
}

function selfPlay({ config, parts, model, generator, tokenizer, sandbox, store }: TrainerParts): Trainer {
  if (!sandbox) throw new RunError("self-play needs a sandbox");
  const { promptStyle: ownStyle } = model.info;
  const play = parts.createSelfPlay({ config, generator, executor: sandbox, tokenizer, store, ownStyle });
  return new SelfPlayTrainer(play, model, config.steps, config.selfplay.experience.coefficient);
}

function supervised(
  { config, directory, model, tokenizer, onLine }: TrainerParts,
  algorithm: SupervisedConfig,
): Trainer {
  const { steps, seed } = config;
  const { contextLength } = model.info;
  const data = readExamples({ config: algorithm, seed, tokenizer, contextLength });
  pinData(directory, data.digests);
  const trainer = new SupervisedTrainer(model, data, { config: algorithm, steps, seed });
  onLine(trainer.plan);
  return trainer;
}
