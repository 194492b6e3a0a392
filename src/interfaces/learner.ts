import type { Trajectory } from "./trajectory.ts";

export interface UpdateProgress {
  /** Tokens (prompt and response) through forward and backward so far, and in all. */
  tokens: number;
  total: number;
  tokensPerSecond: number;
}

export interface UpdateResult {
  /** Named figures of the update: loss, gradient_norm, learning_rate, entropy, kl, ratio_clipped, ... */
  metrics: Record<string, number>;
  /** Advantage of each trajectory, in the batch's order; NaN where its group was dropped. */
  advantages: number[];
  /** True when the update was not applied (non-finite loss or gradient, or nothing to learn from). */
  skipped: boolean;
}

/** Owns the trainable weights and their optimizer. */
export interface Learner {
  update(
    batch: readonly Trajectory[],
    options: { step: number; onProgress?: (p: UpdateProgress) => void },
  ): Promise<UpdateResult>;
  /** Writes adapter (or full weights) and optimizer state into a directory that exists and is empty. */
  save(directory: string): Promise<void>;
  /** Restores what `save` wrote. Raises ModelLoadError when it does not fit this model. */
  restore(directory: string): Promise<void>;
}
