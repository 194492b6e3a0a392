import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { ModelLoadError } from "../errors/index.ts";
import type { Example } from "../interfaces/example.ts";
import type { FitResult, Learner, UpdateProgress, UpdateResult } from "../interfaces/learner.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import { dispose, evaluate, keep, memory, scope } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { loadAdapter, saveAdapter } from "../nn/adapter-file.ts";
import { deriveSeed } from "../random/stream.ts";
import { type AdaptedModel, adapt } from "./adapted-model.ts";
import { type Algorithm, createAlgorithm } from "./algorithms.ts";
import { type Microbatch, microbatches } from "./batcher.ts";
import { coveredTokens, examplePasses } from "./example-passes.ts";
import { addGradients, clipByGlobalNorm, globalNorm } from "./gradients.ts";
import { loadLearnerState, matching, saveLearnerState } from "./learner-state.ts";
import type { Loss } from "./losses/loss.ts";
import { negativeLogLikelihood } from "./losses/negative-log-likelihood.ts";
import { AdamW, type Parameters } from "./optimizer.ts";
import { learningRate } from "./schedule.ts";
import { forwardBackward } from "./step.ts";
import { TokenMeter } from "./token-meter.ts";
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
    const { values: advantages, groups } = this.#algorithm.advantages(batch);
    const { tokens_per_microbatch: budget } = this.settings;
    const passes = microbatches(batch, advantages, budget, this.#algorithm.mean);
    const counts = batchMetrics(batch, passes);
    const metrics: Record<string, number> = { ...counts, ...groupMetrics(groups, batch, advantages) };
    const lengths = batch.map(trajectoryTokens);
    const meter = new TokenMeter(counts.tokens, lengths, onProgress);
    const { applied, figures } = await this.#step(passes, this.#algorithm.loss, step, meter);
    Object.assign(metrics, figures, { tokens_per_second: meter.rate });
    return { metrics, advantages, skipped: !applied };
  }

  async fit(
    batch: readonly Example[],
    { step, onProgress }: { step: number; onProgress?: (progress: UpdateProgress) => void },
  ): Promise<FitResult> {
    const lengths = batch.map(({ tokens }) => tokens.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const meter = new TokenMeter(total, lengths, onProgress);
    const passes = examplePasses(batch, this.settings.tokens_per_microbatch);
    const { applied, figures } = await this.#step(passes, negativeLogLikelihood, step, meter);
    const { sampler_gap: _, ...own } = figures;
    const counts = {
      examples: batch.length,
      tokens: total,
      covered_tokens: coveredTokens(batch),
      microbatches: passes.length,
    };
    return { metrics: { ...counts, ...own, tokens_per_second: meter.rate }, skipped: !applied };
  }

  async validate(
    batch: readonly Example[],
    { onProgress }: { onProgress?: (progress: UpdateProgress) => void },
  ): Promise<FitResult> {
    const lengths = batch.map(({ tokens }) => tokens.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const meter = new TokenMeter(total, lengths, onProgress);
    let loss = 0;
    for (const pass of examplePasses(batch, this.settings.tokens_per_microbatch)) {
      const options = { recomputeLayers: false, valueOnly: true };
      loss += forwardBackward(this.model, pass, negativeLogLikelihood, options).figures.loss ?? Number.NaN;
      meter.done(pass);
      await new Promise((resolve) => setImmediate(resolve));
    }
    memory.clearCache();
    return { metrics: { loss, covered_tokens: coveredTokens(batch) }, skipped: false };
  }

  /** One optimizer step on the sum of the passes' gradients, unless it or the loss is not finite. */
  async #step(
    passes: readonly Microbatch[],
    loss: Loss,
    step: number,
    meter: TokenMeter,
  ): Promise<{ applied: boolean; figures: Record<string, number> }> {
    let applied = false;
    const found: Record<string, number> = {};
    if (passes.length > 0) {
      const { gradients, figures } = await this.#gradients(passes, loss, step, meter);
      try {
        const norm = globalNorm(gradients);
        const rate = learningRate(this.settings.optimizer, this.#optimizer.state.updates + 1);
        Object.assign(found, figures, { gradient_norm: norm, learning_rate: rate });
        applied = Number.isFinite(norm) && Number.isFinite(figures.loss);
        if (applied) this.#apply(gradients, norm, rate);
      } finally {
        dispose(gradients);
        memory.clearCache();
      }
    }
    if (!applied) this.#skipped += 1;
    return { applied, figures: { ...found, skipped_updates: this.#skipped } };
  }

  /** Gradients and figures summed over the passes. Other work of the thread gets its turn between passes. */
  async #gradients(
    passes: readonly Microbatch[],
    loss: Loss,
    step: number,
    meter: TokenMeter,
  ): Promise<{ gradients: Parameters; figures: Record<string, number> }> {
    let sum: Parameters = {};
    const figures: Record<string, number> = {};
    try {
      for (const [index, pass] of passes.entries()) {
        this.model.setDropout(deriveSeed(this.seed, "dropout", step, index));
        const result = forwardBackward(this.model, pass, loss, {
          recomputeLayers: this.settings.gradient_checkpointing,
        });
        sum = addGradients(sum, result.gradients);
        for (const [name, figure] of Object.entries(result.figures))
          figures[name] = (figures[name] ?? 0) + figure;
        meter.done(pass);
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

  async begin(directory: string): Promise<void> {
    scope(() => {
      const { parameters, adapter } = this.model;
      const { config, parameters: tensors } = loadAdapter(directory);
      const scales = [config, adapter].map((one) => one.lora_parameters?.scale ?? 0);
      if (adapter.fine_tune_type === "lora" && scales[0] !== scales[1])
        throw new ModelLoadError(
          `${directory} was trained with alpha / rank ${scales[0]}, and this run has ${scales[1]}`,
          { mend: "Set adapter.alpha so that the quotient is the same." },
        );
      const path = join(directory, "adapters.safetensors");
      const found = parameters.imported(matching(path, "", tensors, parameters.exported()));
      evaluate(found);
      dispose(parameters.values);
      parameters.assign(keep(found));
    });
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
