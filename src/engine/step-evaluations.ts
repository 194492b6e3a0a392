import type { Config } from "../config/schema.ts";
import { AzrError, RunError } from "../errors/index.ts";
import type { EventLevel } from "../runs/records.ts";
import type { Assembly } from "./assembly.ts";
import { Evaluator, type EvaluatorOptions } from "./evaluator.ts";
import type { PhaseTimer } from "./phase-timer.ts";
import type { Phase } from "./protocol.ts";
import { afterStep, type RunPosition } from "./run-position.ts";

export interface StepEvaluationsOptions extends Omit<EvaluatorOptions, "onBegin" | "onLine"> {
  config: () => Config;
  position: RunPosition;
  phases: PhaseTimer;
  enter: (phase: Phase, step: number) => void;
  log: (level: EventLevel, source: string, message: string) => void;
}

/** Evaluations of the last finished step: where one is due, and where a viewer asked for one. */
export class StepEvaluations {
  private readonly evaluator: Evaluator;
  private asked = false;

  constructor(private readonly options: StepEvaluationsOptions) {
    this.evaluator = new Evaluator({
      ...options,
      onBegin: (step) => this.begin(step),
      onLine: (source, line) => options.log("info", source, line),
    });
  }

  /** The last finished step is to be evaluated whether it is due or not. */
  get isAsked(): boolean {
    return this.asked;
  }

  /**
   * Has the last finished step evaluated when no step is under way, else the one under way when it ends, of a run that
   * is paused too: the weights in between are no step's. One sentence about it. Raises RunError where there is nothing left to evaluate.
   */
  ask(paused: boolean): string {
    const { config, position } = this.options;
    const names = config().evaluation.benchmarks.join(", ");
    const last = position.finished;
    if (this.asked) throw new RunError("an evaluation is asked for already");
    if (!position.underWay && this.evaluator.missing(last).length === 0)
      throw new RunError(`step ${last} is evaluated already: ${names}`);
    this.asked = true;
    return position.underWay
      ? `${afterStep(last + 1, "evaluated", paused)}: ${names}`
      : `step ${last} is evaluated: ${names}`;
  }

  /** Measures the last finished step where that is due or asked for. */
  async measure(assembly: Assembly): Promise<void> {
    const step = this.options.position.finished;
    await this.evaluator.measure(step, assembly);
    if (this.asked) await this.measureAsked(step, assembly);
  }

  /** An evaluation that somebody asked for and that fails does not end the run. */
  private async measureAsked(step: number, assembly: Assembly): Promise<void> {
    const { signal, phases, log } = this.options;
    try {
      await this.evaluator.measureNow(step, assembly);
    } catch (error) {
      if (!(error instanceof AzrError) || signal.aborted) throw error;
      phases.leave();
      log("error", "evaluation", `step ${step} could not be evaluated: ${error.message}`);
    } finally {
      this.asked = false;
    }
  }

  /** Enters the phase; the returned function leaves it and gives its seconds. */
  private begin(step: number): () => number {
    const { phases, enter } = this.options;
    phases.take();
    enter("evaluate", step);
    return () => {
      const seconds = phases.take().evaluate ?? 0;
      phases.leave();
      phases.take();
      return seconds;
    };
  }
}
