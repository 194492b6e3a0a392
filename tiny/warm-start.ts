import type { ConfigInput } from "../src/config/schema.ts";

export interface WarmStartOptions {
  /** Directories and files. */
  model: string;
  data: string;
  validation: string;
  seed: number;
  /** Directory of the weights to go on from; those of the model itself where it is absent. */
  init?: string;
  learningRate: number;
}

/** Learning rates: of a first pass, from random weights, and of any after it. */
export const RATES = { first: 3e-3, further: 1e-3 } as const;

/** Rows of an update. */
const BATCH = 64;

/** One pass over the texts of a stage, all weights. */
export function warmStartConfig(options: WarmStartOptions): ConfigInput {
  const { model, data, validation, seed, init, learningRate } = options;
  return {
    seed,
    model: { source: model },
    adapter: { type: "full", ...(init === undefined ? {} : { init }) },
    training: {
      algorithm: {
        type: "sft",
        data,
        validation,
        validate_every: 200,
        epochs: 1,
        batch_size: BATCH,
        max_length: 256,
        completion_only: true,
      },
      optimizer: {
        learning_rate: learningRate,
        betas: [0.9, 0.98],
        weight_decay: 0,
        warmup_steps: 200,
        schedule: "cosine",
        min_learning_rate: 3e-5,
        gradient_clip: 1,
      },
      tokens_per_microbatch: 2048,
      gradient_checkpointing: false,
    },
    checkpoints: { every: 200, keep: 2 },
  };
}
