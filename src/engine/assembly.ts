import type { Config } from "../config/schema.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { SelfPlay } from "../selfplay/self-play.ts";
import { MeteredGenerator } from "./metered-generator.ts";
import type { ModelHost } from "./model-host.ts";
import type { EngineParts, OnPartProgress, OpenedSandbox } from "./parts.ts";
import type { RunClock } from "./run-clock.ts";

export interface AssemblyOptions {
  config: Config;
  parts: EngineParts;
  clock: RunClock;
  /** Directory of the checkpoint to restore; null for the model as it came. */
  checkpoint: string | null;
  /** Every task of the run, ascending by id. */
  tasks: () => readonly TaskRecord[];
  onProgress: OnPartProgress;
}

/** A model, a sandbox and the self-play between them, ready for steps. Frees what it opened. */
export class Assembly implements AsyncDisposable {
  private constructor(
    readonly model: ModelHost,
    readonly generator: MeteredGenerator,
    readonly tokenizer: Tokenizer,
    readonly sandbox: OpenedSandbox,
    readonly selfPlay: SelfPlay,
  ) {}

  /** Opens everything; what was opened before a failure is freed. */
  static async open(options: AssemblyOptions): Promise<Assembly> {
    const { config, parts, clock } = options;
    await using opened = new AsyncDisposableStack();
    // The sandbox first: it takes a second, and without it there is no point in loading a model.
    const sandbox = opened.use(await parts.openSandbox(config));
    const model = opened.use(await parts.openModel(config, options.onProgress));
    const tokenizer = await parts.loadTokenizer(model);
    if (options.checkpoint !== null) await model.restore(options.checkpoint);
    const generator = new MeteredGenerator(model, clock);
    const store = { tasks: options.tasks };
    const selfPlay = parts.createSelfPlay({ config, generator, executor: sandbox, tokenizer, store });
    opened.move();
    return new Assembly(model, generator, tokenizer, sandbox, selfPlay);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.sandbox[Symbol.asyncDispose](), this.model[Symbol.asyncDispose]()]);
  }
}
