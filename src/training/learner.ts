import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import type { Learner, UpdateProgress, UpdateResult } from "../interfaces/learner.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import { dispose, evaluate, keep, memory, scope } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { loadAdapter, saveAdapter } from "../nn/adapter-file.ts";
import { deriveSeed } from "../random/stream.ts";
import { type AdaptedModel, adapt } from "./adapted-model.ts";
import { type Algorithm, createAlgorithm } from "./algorithms.ts";
import { type Microbatch, microbatches } from "./batcher.ts";
import { addGradients, clipByGlobalNorm, globalNorm } from "./gradients.ts";
import { loadLearnerState, matching, saveLearnerState } from "./learner-state.ts";
import { AdamW, type Parameters } from "./optimizer.ts";
import { learningRate } from "./schedule.ts";
import { forwardBackward } from "./step.ts";
import { batchMetrics, groupMetrics, trajectoryTokens } from "./update-metrics.ts";

export interface LearnerSettings {
  adapter: Config["adapter"];
  training: Config["training"];
  /** Of the run: adapters begin from it, and dropout is drawn from it. */
  seed: number;
}

/** Puts adapters on a loaded model and gives what trains them. The model computes with them until `dispose`. */
export function createLearner(
  model: LanguageModel,
  { adapter, training, seed }: LearnerSettings,
): Learner & Disposable {
  return new ModelLearner(adapt(model, adapter, seed), training, seed);
}

/** Updates an adapted model in place: each `update` is one optimizer step on one batch. */
export class ModelLearner implements Learner, Disposable {
  readonly #algorithm: Algorithm;
  readonly #optimizer: AdamW;
  #skipped = 0;

  constructor(
    readonly model: AdaptedModel,
    readonly settings: Config["training"],
    readonly seed: number,
  ) {
    this.#algorithm = createAlgorithm(settings.algorithm);
    this.#optimizer = new AdamW(settings.optimizer);
  }

  async update(
    batch: readonly Trajectory[],
    { step, onProgress }: { step: number; onProgress?: (progress: UpdateProgress) => void },
  ): Promise<UpdateResult> {
    const began = performance.now();
    const { values: advantages, groups } = this.#algorithm.advantages(batch);
    const passes = microbatches(batch, advantages, this.settings.tokens_per_microbatch);
    const counts = batchMetrics(batch, passes);
    const metrics: Record<string, number> = { ...counts, ...groupMetrics(groups, batch, advantages) };
    let applied = false;
    if (passes.length > 0) {
      const { gradients, figures } = await this.#gradients(batch, passes, step, (tokens) => {
        const seconds = (performance.now() - began) / 1000;
        onProgress?.({ tokens, total: counts.tokens, tokensPerSecond: tokens / seconds });
      });
      try {
        const norm = globalNorm(gradients);
        const rate = learningRate(this.settings.optimizer, this.#optimizer.state.updates + 1);
        Object.assign(metrics, figures, { gradient_norm: norm, learning_rate: rate });
        applied = Number.isFinite(norm) && Number.isFinite(figures.loss);
        if (applied) this.#apply(gradients, norm, rate);
      } finally {
        dispose(gradients);
        memory.clearCache();
      }
    }
    if (!applied) this.#skipped += 1;
    metrics.skipped_updates = this.#skipped;
    metrics.tokens_per_second = counts.tokens / ((performance.now() - began) / 1000);
    return { metrics, advantages, skipped: !applied };
  }

  /** Gradients and figures summed over the passes. Other work of the thread gets its turn between passes. */
  async #gradients(
    batch: readonly Trajectory[],
    passes: readonly Microbatch[],
    step: number,
    onTokens: (tokens: number) => void,
  ): Promise<{ gradients: Parameters; figures: Record<string, number> }> {
    let sum: Parameters = {};
    const figures: Record<string, number> = {};
    let tokens = 0;
    try {
      for (const [index, pass] of passes.entries()) {
        this.model.setDropout(deriveSeed(this.seed, "dropout", step, index));
        const result = forwardBackward(this.model, pass, this.#algorithm.loss, {
          recomputeLayers: this.settings.gradient_checkpointing,
        });
        sum = addGradients(sum, result.gradients);
        for (const [name, figure] of Object.entries(result.figures))
          figures[name] = (figures[name] ?? 0) + figure;
        tokens += pass.members.reduce((total, i) => total + trajectoryTokens(batch[i]), 0);
        onTokens(tokens);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { gradients: sum, figures };
    } catch (error) {
      dispose(sum);
      throw error;
    } finally {
      this.model.setDropout(null);
    }
  }

  #apply(gradients: Parameters, norm: number, rate: number): void {
    scope(() => {
      const { parameters } = this.model;
      const old = parameters.values;
      const clipped = clipByGlobalNorm(gradients, norm, this.settings.optimizer.gradient_clip);
      parameters.assign(Object.values(keep(this.#optimizer.step(old, clipped, rate))));
      dispose(old);
    });
  }

  async save(directory: string): Promise<void> {
    scope(() => saveAdapter(directory, this.model.adapter, this.model.parameters.exported()));
    saveLearnerState(directory, { optimizer: this.#optimizer.state, skipped: this.#skipped });
  }

  async restore(directory: string): Promise<void> {
    scope(() => {
      const { parameters } = this.model;
      const { parameters: tensors } = loadAdapter(directory);
      const path = join(directory, "adapters.safetensors");
      const found = parameters.imported(matching(path, "", tensors, parameters.exported()));
      const state = loadLearnerState(directory, parameters.values);
      evaluate(found, state.optimizer.first, state.optimizer.second);
      this.#optimizer.restore(state.optimizer);
      this.#skipped = state.skipped;
      dispose(parameters.values);
      parameters.assign(keep(found));
    });
  }

  /** Frees the optimizer's moments and takes the adapters off the model. */
  [Symbol.dispose](): void {
    this.#optimizer[Symbol.dispose]();
    this.model[Symbol.dispose]();
  }
}
