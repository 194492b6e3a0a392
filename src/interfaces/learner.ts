import type { Config } from "../config/schema.ts";
import type { Example } from "./example.ts";
import type { Trajectory } from "./trajectory.ts";

export interface UpdateProgress {
  /** Tokens (prompt and response) through forward and backward so far, and in all. */
  tokens: number;
  total: number;
  tokensPerSecond: number;
}

export interface UpdateOptions {
  /** Step of the run, from 1. */
  step: number;
  /** Steps of the whole run: a learning rate that falls needs them. */
  steps?: number;
  /** Texts whose mean negative log-likelihood, times the coefficient, each update on trajectories adds to its loss. */
  experience?: SupervisedTerm;
  onProgress?: (progress: UpdateProgress) => void;
}

export interface SupervisedTerm {
  examples: readonly Example[];
  coefficient: number;
}

export interface UpdateResult {
  /** Named figures of the update: loss, gradient_norm, learning_rate, entropy, kl, ratio_clipped, ... */
  metrics: Record<string, number>;
  /** Advantage of each trajectory, in the batch's order; NaN where its group was dropped. */
  advantages: number[];
  /** What each trajectory lost of its reward before its advantage was taken, in the batch's order; none when absent. */
  penalties?: number[];
  /** True when the update was not applied (non-finite loss or gradient, or nothing to learn from). */
  skipped: boolean;
}

/** What a supervised update or a validation found. */
export interface FitResult {
  /** Figures by name: loss, tokens, covered_tokens, tokens_per_second, and of an update gradient_norm, learning_rate, ... */
  metrics: Record<string, number>;
  /** True when the update was not applied (non-finite loss or gradient). */
  skipped: boolean;
}

/** Owns the trainable weights and their optimizer. */
export interface Learner {
  /** Learns under other settings from the next update on; weights and moments stay. Raises ConfigError, and changes nothing. */
  configure(training: Config["training"]): Promise<void>;
  /** Starts from trained weights: an adapter's or whole ones. Raises ModelLoadError when they do not fit this model. */
  begin(directory: string): Promise<void>;
  /** One supervised update on a batch of examples: the mean negative log-likelihood over its covered tokens. */
  fit(batch: readonly Example[], options: UpdateOptions): Promise<FitResult>;
  /** The same loss, without an update. */
  validate(
    batch: readonly Example[],
    options: { onProgress?: (p: UpdateProgress) => void },
  ): Promise<FitResult>;
  /**
   * Learns from a step's trajectories, in one update or several. Rejects with EngineError after too many losses or
   * gradients in a row that were not finite. Whatever it rejects with, the weights stay as they were.
   */
  update(batch: readonly Trajectory[], options: UpdateOptions): Promise<UpdateResult>;
  /** Writes adapter (or full weights) and optimizer state into a directory that exists and is empty. */
  save(directory: string): Promise<void>;
  /** Restores what `save` wrote. Raises ModelLoadError when it does not fit this model. */
  restore(directory: string): Promise<void>;
}
