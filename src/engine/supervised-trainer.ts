import type { Example } from "../interfaces/example.ts";
import type { ExampleSet, SupervisedConfig } from "../supervised/examples.ts";
import { rowsOfStep, totalSteps } from "../supervised/schedule.ts";
import type { ModelHost } from "./model-host.ts";
import { prefixed } from "./step-figures.ts";
import type { Trainer, TrainerHooks, TrainerStep } from "./trainer.ts";

/** Steps of supervised fine-tuning: each is one update on the next rows of the data. */
export class SupervisedTrainer implements Trainer {
  readonly begin = null;
  readonly steps: number;
  readonly validation: Trainer["validation"];

  constructor(
    private readonly model: ModelHost,
    private readonly data: ExampleSet,
    private readonly options: { config: SupervisedConfig; steps: number; seed: number },
  ) {
    const { config, steps } = options;
    this.steps = totalSteps(config, steps, data.train.length);
    this.validation =
      data.validation.length > 0 ? { examples: data.validation, every: config.validate_every } : null;
  }

  /** What is trained on and for how long, in words. */
  get plan(): string {
    const { train, validation, tooLong, limit } = this.data;
    const { config, steps } = this.options;
    const long = tooLong > 0 ? `; ${tooLong} rows of more than ${limit} tokens are left out` : "";
    const held = validation.length > 0 ? `, ${validation.length} for validation` : "";
    const decides =
      config.epochs > 0
        ? `${this.steps} steps for ${config.epochs} epochs of ${config.batch_size} rows a step (epochs decide, not steps ${steps})`
        : `${this.steps} steps of ${config.batch_size} rows`;
    return `${train.length} rows to learn${held}${long}; ${decides}`;
  }

  async step(step: number, hooks: TrainerHooks): Promise<TrainerStep> {
    const { config, seed } = this.options;
    const rows = this.data.train.length;
    const batch = rowsOfStep(config, step, { rows, seed }).map((row) => this.data.train[row] as Example);
    hooks.onPhase("update");
    const { signal, onUpdate } = hooks;
    const { steps } = this;
    const { metrics, skipped } = await this.model.fit(batch, { step, steps, signal, onProgress: onUpdate });
    if (skipped)
      hooks.onLog("warning", `step ${step}: the update was skipped: loss or gradient is not finite`);
    const epoch = Math.min((step * config.batch_size) / rows, config.epochs || Number.POSITIVE_INFINITY);
    return {
      metrics: { ...prefixed("update", metrics), epoch },
      tasks: [],
      taskUpdates: [],
      evicted: [],
      rollouts: [],
    };
  }
}
