import type { SelfPlay } from "../selfplay/self-play.ts";
import type { ModelHost } from "./model-host.ts";
import { prefixed } from "./step-figures.ts";
import type { Trainer, TrainerHooks, TrainerStep } from "./trainer.ts";

/** Steps of self-play: what the model proposed and solved is what it learns from. */
export class SelfPlayTrainer implements Trainer {
  readonly validation = null;

  constructor(
    private readonly selfPlay: SelfPlay,
    private readonly model: ModelHost,
    readonly steps: number,
    /** Coefficient of the supervised term on verified solutions; 0 for none. */
    private readonly coefficient = 0,
  ) {}

  begin = async (hooks: TrainerHooks): Promise<TrainerStep> => {
    const { tasks, evicted, metrics } = await this.selfPlay.seed(hooks);
    return { tasks, evicted, metrics, taskUpdates: [], rollouts: [] };
  };

  async step(step: number, hooks: TrainerHooks): Promise<TrainerStep> {
    const { signal, onUpdate } = hooks;
    const outcome = await this.selfPlay.step(step, hooks);
    hooks.onPhase("update");
    const { steps, coefficient } = this;
    const { experience: examples } = outcome;
    const update = await this.model.update(outcome.trajectories, {
      step,
      steps,
      signal,
      onProgress: onUpdate,
      ...(examples.length > 0 ? { experience: { examples, coefficient } } : {}),
    });
    if (update.skipped) hooks.onLog("warning", `step ${step}: the update was skipped`);
    return {
      metrics: {
        ...outcome.metrics,
        ...prefixed("flags", outcome.flags),
        ...prefixed("update", update.metrics),
      },
      tasks: outcome.tasks,
      taskUpdates: outcome.taskUpdates,
      evicted: outcome.evicted,
      rollouts: outcome.rollouts.map(({ trajectory, ...rollout }) => ({
        ...rollout,
        advantage: finiteOrNull(trajectory === null ? undefined : update.advantages[trajectory]),
      })),
    };
  }
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
