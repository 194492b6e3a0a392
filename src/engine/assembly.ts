import type { Config } from "../config/schema.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { TaskStore } from "../selfplay/self-play.ts";
import { makeTrainer, needsSandbox } from "./make-trainer.ts";
import { MeteredExecutor } from "./metered-executor.ts";
import { MeteredGenerator } from "./metered-generator.ts";
import type { ModelHost } from "./model-host.ts";
import type { EngineParts, OnPartProgress } from "./parts.ts";
import type { RunClock } from "./run-clock.ts";
import type { Trainer } from "./trainer.ts";

export interface AssemblyOptions {
  config: Config;
  parts: EngineParts;
  clock: RunClock;
  /** The run's directory. */
  directory: string;
  /** Directory of the checkpoint to restore; null to begin with the model as it came, or with `adapter.init`. */
  checkpoint: string | null;
  /** What the run's database holds of the steps before. */
  store: Required<TaskStore>;
  onProgress: OnPartProgress;
  /** One line about what was found. */
  onLine: (line: string) => void;
}

/** A model, a sandbox where one is needed, and what trains the model, ready for steps. Frees what it opened. */
export class Assembly implements AsyncDisposable {
  #sandbox: MeteredExecutor | null;
  #trainer: Trainer;
  #config: Config;

  private constructor(
    private readonly options: AssemblyOptions,
    readonly model: ModelHost,
    readonly generator: MeteredGenerator,
    readonly tokenizer: Tokenizer,
    sandbox: MeteredExecutor | null,
  ) {
    this.#config = options.config;
    this.#sandbox = sandbox;
    this.#trainer = this.trainerOf(options.config);
  }

  get sandbox(): MeteredExecutor | null {
    return this.#sandbox;
  }

  get trainer(): Trainer {
    return this.#trainer;
  }

  /** The sandbox, opened where the run had none so far. Raises SandboxError. */
  async openSandbox(): Promise<MeteredExecutor> {
    this.#sandbox ??= new MeteredExecutor(await this.options.parts.openSandbox(this.#config));
    return this.#sandbox;
  }

  /**
   * Goes on with other settings, as a resume would: what a step needs is made anew from the run's database. To be
   * called between two steps. Raises an AzrError, and goes on with the old ones.
   */
  async adopt(config: Config): Promise<void> {
    if (needsSandbox(config)) await this.openSandbox();
    if (!Bun.deepEquals(trained(config), trained(this.#config))) {
      const trainer = this.trainerOf(config);
      await this.model.configure(config.training);
      this.#trainer = trainer;
    }
    this.#config = config;
  }

  /** Raises ConfigError where self-play cannot be had with these settings, before they are stored. */
  check(config: Config): void {
    const changed = !Bun.deepEquals(trained(config), trained(this.#config));
    if (changed && config.training.algorithm.type !== "sft") this.trainerOf(config);
  }

  /** Opens everything; what was opened before a failure is freed. */
  static async open(options: AssemblyOptions): Promise<Assembly> {
    const { config, parts, clock } = options;
    await using opened = new AsyncDisposableStack();
    // The sandbox first: it takes a second, and without it there is no point in loading a model.
    const sandbox = needsSandbox(config)
      ? opened.use(new MeteredExecutor(await parts.openSandbox(config)))
      : null;
    const model = opened.use(await parts.openModel(config, options.onProgress));
    const tokenizer = await parts.loadTokenizer(model);
    if (options.checkpoint !== null) await model.restore(options.checkpoint);
    else if (config.adapter.init) await model.begin(config.adapter.init);
    const generator = new MeteredGenerator(model, clock);
    const assembly = new Assembly(options, model, generator, tokenizer, sandbox);
    opened.move();
    return assembly;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#sandbox?.[Symbol.asyncDispose](), this.model[Symbol.asyncDispose]()]);
  }
  private trainerOf(config: Config): Trainer {
    const { parts, store, directory, onLine } = this.options;
    const { model, generator, tokenizer, sandbox } = this;
    return makeTrainer({
      ...{ config, parts, model, generator, tokenizer, sandbox },
      ...{ store, directory, onLine },
    });
  }
}

/** What a trainer is made from: others are asked when they are needed. */
function trained({ steps, selfplay, rewards, training, signals }: Config) {
  return { steps, selfplay, rewards, training, signals };
}
