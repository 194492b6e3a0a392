import type { ConfigInput } from "../src/config/schema.ts";

export interface WarmStartOptions {
  /** Directories and files. */
  model: string;
  data: string;
  validation: string;
  seed: number;
  /** Directory of the weights to go on from, with a lower rate; none for the first stage. */
  init?: string;
}

/** Rows of an update. */
const BATCH = 64;

/** One pass over the texts of a stage, all weights. */
export function warmStartConfig({ model, data, validation, seed, init }: WarmStartOptions): ConfigInput {
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
        learning_rate: init === undefined ? 3e-3 : 1e-3,
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
