import { join } from "node:path";
import { needsReference } from "../config/reference.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError, EngineError, ModelLoadError } from "../errors/index.ts";
import type { Example } from "../interfaces/example.ts";
import type {
  FitResult,
  Learner,
  SupervisedTerm,
  UpdateOptions,
  UpdateProgress,
  UpdateResult,
} from "../interfaces/learner.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import { device, dispose, evaluate, keep, memory, scope } from "../mlx/index.ts";
import { checkTokens, type LanguageModel } from "../models/language-model.ts";
import { TRAINING_TOKENS } from "../models/pass-sizes.ts";
import { loadAdapter, saveAdapter } from "../nn/adapter-file.ts";
import { deriveSeed } from "../random/stream.ts";
import { type AdaptedModel, adapt } from "./adapted-model.ts";
import { type Algorithm, createAlgorithm } from "./algorithms.ts";
import { type Microbatch, microbatches } from "./batcher.ts";
import { coveredTokens, examplePasses } from "./example-passes.ts";
import { fixLogProbabilities, withFixed } from "./fixed-log-probabilities.ts";
import { addGradients, clipByGlobalNorm, globalNorm } from "./gradients.ts";
import { klPenalties } from "./kl-reward.ts";
import { loadLearnerState, matching, saveLearnerState } from "./learner-state.ts";
import { experience } from "./losses/experience.ts";
import type { Loss } from "./losses/loss.ts";
import { negativeLogLikelihood } from "./losses/negative-log-likelihood.ts";
import { updatesOf } from "./minibatches.ts";
import { AdamW, type Parameters } from "./optimizer.ts";
import { RestorePoint } from "./restore-point.ts";
import { learningRate } from "./schedule.ts";
import { forwardBackward } from "./step.ts";
import { TokenMeter } from "./token-meter.ts";
import { batchMetrics, groupMetrics, means, trajectoryTokens } from "./update-metrics.ts";

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
  return new ModelLearner(
    adapt(model, adapter, { seed, reference: needsReference(training) }),
    training,
    seed,
  );
}

/** Passes of one loss; an update's gradient is the sum over several of them. */
interface Work {
  passes: readonly Microbatch[];
  loss: Loss;
  /** Texts that were given and not sampled: no sampler's figures, and not counted as the batch's tokens. */
  given?: boolean;
}

/** Updates an adapted model in place: each `update` learns from one batch. */
export class ModelLearner implements Learner, Disposable {
  #settings: Config["training"];
  #algorithm: Algorithm;
  readonly #optimizer: AdamW;
  #skipped = 0;
  /** Updates in a row, up to now, that were not finite. */
  #notFinite = 0;
  /** Set while a batch is used for several updates. */
  #before: RestorePoint | null = null;

  constructor(
    readonly model: AdaptedModel,
    settings: Config["training"],
    readonly seed: number,
  ) {
    this.#settings = settings;
    this.#algorithm = this.#algorithmOf(settings);
    this.#optimizer = new AdamW(settings.optimizer);
  }

  get settings(): Config["training"] {
    return this.#settings;
  }

  async configure(training: Config["training"]): Promise<void> {
    this.#algorithm = this.#algorithmOf(training);
    this.#settings = training;
    this.#optimizer.options = training.optimizer;
  }

  #algorithmOf(settings: Config["training"]): Algorithm {
    if (needsReference(settings) && !this.model.asLoaded)
      throw new ConfigError(
        "the divergence needs the model as it was loaded, which full weights keep from the start of an engine only",
        {
          mend: "Stop the run and give the key with --resume: training.algorithm.kl or training.measure_kl.",
        },
      );
    return createAlgorithm(settings.algorithm);
  }

  #checkTokens(texts: readonly (readonly number[])[]): void {
    for (const text of texts) checkTokens(text, this.model.head.vocabularySize);
  }

  /** Tokens of a pass. */
  get #budget(): number {
    return this.settings.tokens_per_microbatch || TRAINING_TOKENS[device.getDefault()];
  }

  async update(batch: readonly Trajectory[], options: UpdateOptions): Promise<UpdateResult> {
    this.#checkTokens(batch.flatMap(({ promptTokens, responseTokens }) => [promptTokens, responseTokens]));
    const budget = this.#budget;
    const { updates, kl, mean, loss } = this.#algorithm;
    const planned = updates.epochs * updates.minibatches;
    const lengths = batch.map(trajectoryTokens);
    // Until it is known which trajectories are learnt from: all of them.
    const all = lengths.reduce((sum, length) => sum + length, 0);
    const meter = new TokenMeter(all * updates.epochs, lengths, options.onProgress);
    const inReward = kl?.as === "reward";
    const wanted = { behaviour: inReward || planned > 1, reference: kl !== null };
    const measure = (chosen: readonly number[]) =>
      fixLogProbabilities(this.model, batch, microbatches(batch, chosen, budget), wanted, () =>
        meter.report(),
      );
    // A penalty is part of the reward: it is known before the advantages, and concerns every trajectory.
    const early = inReward ? await measure(batch.map(() => 0)) : null;
    const penalised = early ? klPenalties(early, batch.length, kl?.coefficient ?? 0) : null;
    const { values: advantages, groups } = this.#algorithm.advantages(batch, penalised?.penalties);
    const fixed = early ?? (await measure(advantages));
    const passes = updatesOf(advantages, updates, deriveSeed(this.seed, "update", options.step)).map(
      (chosen) => microbatches(batch, chosen, budget, mean).map((pass) => withFixed(pass, fixed)),
    );
    const term = this.#experience(options.experience);
    // Where no trajectory teaches anything, there is still the term.
    const rewarded: (readonly Microbatch[])[] = passes.length === 0 && term ? [[]] : passes;
    const works = rewarded.map((own) => [{ passes: own, loss }, ...(term ? [term.work] : [])]);
    const counts = batchMetrics(batch, passes.slice(0, passes.length / updates.epochs).flat());
    meter.total = counts.tokens * updates.epochs;
    const metrics: Record<string, number> = {
      ...counts,
      ...groupMetrics(groups, batch, advantages),
      ...penalised?.figures,
      ...(kl === null ? await this.#divergence(batch, () => meter.report()) : {}),
      ...term?.figures,
    };
    const { applied, figures } = await this.#learn(works, { ...options, planned }, meter);
    Object.assign(metrics, figures, { tokens_per_second: meter.rate });
    return {
      metrics,
      advantages,
      ...(penalised ? { penalties: penalised.penalties } : {}),
      skipped: !applied,
    };
  }

  /** Divergence from the model as it was loaded of `measure_kl` trajectories, taken evenly from the batch. */
  async #divergence(batch: readonly Trajectory[], onPass: () => void): Promise<{ kl?: number }> {
    const count = Math.min(this.settings.measure_kl, batch.length);
    if (count === 0) return {};
    const chosen = Array.from(
      { length: count },
      (_, i) => batch[Math.floor((i * batch.length) / count)] as Trajectory,
    );
    const passes = microbatches(chosen, new Array<number>(count).fill(0), this.#budget);
    const fixed = await fixLogProbabilities(
      this.model,
      chosen,
      passes,
      { behaviour: true, reference: true },
      onPass,
    );
    return { kl: klPenalties(fixed, count, 0).figures.kl };
  }

  /** The supervised term of an update, and what it is made of; null where there is none. */
  #experience(term: SupervisedTerm | undefined): { work: Work; figures: Record<string, number> } | null {
    if (!term || term.examples.length === 0) return null;
    const passes = examplePasses(term.examples, this.#budget);
    return {
      work: { passes, loss: experience(term.coefficient), given: true },
      figures: { experience_examples: term.examples.length },
    };
  }

  async fit(batch: readonly Example[], options: UpdateOptions): Promise<FitResult> {
    this.#checkTokens(batch.map(({ tokens }) => tokens));
    const lengths = batch.map(({ tokens }) => tokens.length);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const meter = new TokenMeter(total, lengths, options.onProgress);
    const passes = examplePasses(batch, this.#budget);
    const update = passes.length > 0 ? [[{ passes, loss: negativeLogLikelihood }]] : [];
    const position = { ...options, planned: 1 };
    const { applied, figures } = await this.#learn(update, position, meter);
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
    for (const pass of examplePasses(batch, this.#budget)) {
      const options = { recomputeLayers: false, valueOnly: true };
      loss += forwardBackward(this.model, pass, negativeLogLikelihood, options).figures.loss ?? Number.NaN;
      meter.done(pass);
      await new Promise((resolve) => setImmediate(resolve));
    }
    memory.clearCache();
    return { metrics: { loss, covered_tokens: coveredTokens(batch) }, skipped: false };
  }

  /**
   * One optimizer step on each of `updates`: all of them, or none where something ends the work between two. The
   * figures are means over the steps that were applied.
   */
  async #learn(
    updates: readonly (readonly Work[])[],
    { step, steps, planned }: Pick<UpdateOptions, "step" | "steps"> & { planned: number },
    meter: TokenMeter,
  ): Promise<{ applied: boolean; figures: Record<string, number> }> {
    const results: { applied: boolean; figures: Record<string, number> }[] = [];
    let rate = Number.NaN;
    let done = 0;
    const { optimizer } = this.settings;
    const schedule = { ...optimizer, warmup_steps: optimizer.warmup_steps * planned };
    const total = steps === undefined ? undefined : steps * planned;
    this.#before = updates.length > 1 ? new RestorePoint(this.model.parameters, this.#optimizer) : null;
    try {
      for (const [index, works] of updates.entries()) {
        rate = learningRate(schedule, (step - 1) * planned + index + 1, total);
        results.push(await this.#step(works, { step, done, rate }, meter));
        done += works.reduce((sum, { passes }) => sum + passes.length, 0);
      }
    } catch (error) {
      this.#before?.restore();
      throw error;
    } finally {
      this.#before?.[Symbol.dispose]();
      this.#before = null;
    }
    const applied = results.filter((result) => result.applied);
    // Nothing to learn from counts as one update that was not applied.
    this.#skipped += updates.length === 0 ? 1 : results.length - applied.length;
    const counters = { updates: applied.length, skipped_updates: this.#skipped };
    const figures = means((applied.length > 0 ? applied : results).map((result) => result.figures));
    const learning: Record<string, number> = results.length > 0 ? { learning_rate: rate } : {};
    return { applied: applied.length > 0, figures: { ...figures, ...learning, ...counters } };
  }

  /**
   * One optimizer step on the sum of the passes' gradients, unless it, the loss or what would come of it is not
   * finite. Raises EngineError after `max_skipped` of those in a row.
   */
  async #step(
    works: readonly Work[],
    { step, done, rate }: { step: number; done: number; rate: number },
    meter: TokenMeter,
  ): Promise<{ applied: boolean; figures: Record<string, number> }> {
    const { gradients, figures } = await this.#gradients(works, { step, done }, meter);
    try {
      const norm = globalNorm(gradients);
      const finite = Number.isFinite(norm) && Number.isFinite(figures.loss);
      const applied = finite && this.#apply(gradients, norm, rate);
      this.#notFinite = applied ? 0 : this.#notFinite + 1;
      if (this.#notFinite >= this.settings.max_skipped)
        throw new EngineError(
          finite
            ? `step ${step}: ${this.#notFinite} updates in a row would have left weights that are not finite (learning rate ${rate})`
            : `step ${step}: ${this.#notFinite} updates in a row were not finite (loss ${figures.loss}, gradient norm ${norm})`,
          {
            mend: "Lower training.optimizer.learning_rate, or resume from an earlier checkpoint. training.max_skipped is how many are let pass.",
          },
        );
      return { applied, figures: { ...figures, gradient_norm: norm } };
    } finally {
      dispose(gradients);
      memory.clearCache();
    }
  }

  /** Gradients and figures summed over the passes. Other work of the thread gets its turn between passes. */
  async #gradients(
    works: readonly Work[],
    { step, done }: { step: number; done: number },
    meter: TokenMeter,
  ): Promise<{ gradients: Parameters; figures: Record<string, number> }> {
    let sum: Parameters = {};
    const figures: Record<string, number> = {};
    try {
      const all = works.flatMap(({ passes, ...work }) => passes.map((pass) => ({ ...work, pass })));
      for (const [index, { pass, loss, given }] of all.entries()) {
        this.model.setDropout(deriveSeed(this.seed, "dropout", step, done + index));
        const result = forwardBackward(this.model, pass, loss, {
          recomputeLayers: this.settings.gradient_checkpointing,
        });
        sum = addGradients(sum, result.gradients);
        const { sampler_gap: gap = 0, ...own } = result.figures;
        for (const [name, figure] of Object.entries(given ? own : { ...own, sampler_gap: gap }))
          figures[name] = (figures[name] ?? 0) + figure;
        if (given) meter.report();
        else meter.done(pass);
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

  /** False, and nothing has changed, where a weight or a moment would not be finite. */
  #apply(gradients: Parameters, norm: number, rate: number): boolean {
    return scope(() => {
      const { parameters } = this.model;
      const old = parameters.values;
      const clipped = clipByGlobalNorm(gradients, norm, this.settings.optimizer.gradient_clip);
      const moved = this.#optimizer.step(old, clipped, rate);
      if (!moved) return false;
      parameters.assign(Object.values(keep(moved)));
      dispose(old);
      return true;
    });
  }

  /** Between two updates on one batch it is the state before the first that is saved. */
  async save(directory: string): Promise<void> {
    const write = () => saveAdapter(directory, this.model.adapter, this.model.parameters.exported());
    scope(() => (this.#before ? this.#before.with(write) : write()));
    const { state } = this.#before ?? this.#optimizer;
    saveLearnerState(directory, { optimizer: state, skipped: this.#skipped });
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
