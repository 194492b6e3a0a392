import type { BenchmarkName } from "../config/benchmark-name.ts";
import type { Config } from "../config/schema.ts";
import { RunError } from "../errors/index.ts";
import { insertMetrics } from "../runs/commit.ts";
import type { RunDatabase } from "../runs/database.ts";
import { commitEvaluation, evaluations } from "../runs/queries/evaluations.ts";
import { metricSeries } from "../runs/queries/metrics.ts";
import { finishedAt } from "../runs/queries/steps.ts";
import type { Assembly } from "./assembly.ts";
import type { EngineParts, OnPartProgress } from "./parts.ts";
import { prefixed, short } from "./step-figures.ts";

/** Name of the figure that a validation leaves with its step. */
export const VALIDATION_LOSS = "validation/loss";

/** Of all benchmarks of a step. */
const EVALUATION_SECONDS = "seconds/evaluate";

export interface EvaluatorOptions {
  /** The settings in force. */
  config: () => Config;
  database: RunDatabase;
  parts: EngineParts;
  /** The run's directory. */
  directory: string;
  signal: AbortSignal;
  onProgress: OnPartProgress;
  /** Begins the phase; what it returns ends it and gives its seconds. */
  onBegin: (step: number) => () => number;
  onLine: (source: string, line: string) => void;
}

/** Measures finished steps: a benchmark every so often, and the validation loss. What was measured is not again. */
export class Evaluator {
  constructor(private readonly options: EvaluatorOptions) {}

  /** What is due after a step and not done yet. */
  async measure(step: number, assembly: Assembly): Promise<void> {
    await this.validate(step, assembly);
    if (!this.isDue(step, assembly)) return;
    for (const name of this.missing(step)) await this.evaluate(name, step, assembly);
  }

  /** The benchmarks of the settings that a step was not measured on. */
  missing(step: number): BenchmarkName[] {
    const { config, database } = this.options;
    return config().evaluation.benchmarks.filter(
      (name) => !evaluations(database, name).some((evaluation) => evaluation.step === step),
    );
  }

  /** Measures a step on every benchmark of the settings, whether it is due or not. */
  async measureNow(step: number, assembly: Assembly): Promise<void> {
    await assembly.openSandbox();
    for (const name of this.missing(step)) await this.evaluate(name, step, assembly);
  }

  private isDue(step: number, { trainer }: Assembly): boolean {
    const { every, start, end } = this.options.config().evaluation;
    if (step === 0) return start;
    return (every > 0 && step % every === 0) || (end && step === trainer.steps);
  }

  private async validate(step: number, { trainer, model }: Assembly): Promise<void> {
    const { database, signal, onProgress, onBegin, onLine } = this.options;
    const { validation, steps } = trainer;
    if (validation === null || (step % validation.every !== 0 && step !== steps)) return;
    if (metricSeries(database, VALIDATION_LOSS).some((point) => point.step === step)) return;
    const done = onBegin(step);
    const { metrics } = await model.validate(validation.examples, {
      signal,
      onProgress: ({ tokens, total }) => onProgress({ done: tokens, total, unit: "tokens" }),
    });
    insertMetrics(database, step, prefixed("validation", { ...metrics, seconds: done() }));
    onLine("validation", `validation loss ${short(metrics.loss ?? Number.NaN)} after step ${step}`);
  }

  private async evaluate(
    benchmark: BenchmarkName,
    step: number,
    { generator, tokenizer, model, sandbox }: Assembly,
  ): Promise<void> {
    const { config, database, parts, directory, signal, onProgress, onBegin, onLine } = this.options;
    if (!sandbox) throw new RunError("an evaluation needs a sandbox");
    const done = onBegin(step);
    const { evaluation, samples } = await parts.evaluate({
      config: config(),
      benchmark,
      step,
      finishedAt: finishedAt(database, step),
      directory,
      generator,
      tokenizer,
      contextLength: model.info.contextLength,
      executor: sandbox,
      onProgress,
      signal,
    });
    const seconds = done();
    const before =
      metricSeries(database, EVALUATION_SECONDS).find((point) => point.step === step)?.value ?? 0;
    const figures = {
      ...prefixed(`evaluation/${benchmark}`, evaluation.scores),
      [EVALUATION_SECONDS]: before + seconds,
    };
    database.transaction(() => {
      commitEvaluation(database, evaluation, samples);
      insertMetrics(database, step, figures);
    });
    generator.take();
    const scores = Object.entries(evaluation.scores).map(([name, score]) => `${name} ${short(score)}`);
    onLine("evaluation", `${benchmark} at step ${step}: ${scores.join(", ")} (${short(seconds)} s)`);
  }
}
