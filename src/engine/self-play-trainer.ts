import type { UpdateResult } from "../interfaces/learner.ts";
import type { RolloutDraft } from "../selfplay/outcome.ts";
import { total } from "../selfplay/rewards/components.ts";
import type { SelfPlay } from "../selfplay/self-play.ts";
import type { ModelHost } from "./model-host.ts";
import { prefixed } from "./step-figures.ts";
import type { Trainer, TrainerHooks, TrainerStep } from "./trainer.ts";

/** What self-play learns with. */
export type LearningModel = Pick<ModelHost, "update">;

/** Steps of self-play: what the model proposed and solved is what it learns from. */
export class SelfPlayTrainer implements Trainer {
  readonly validation = null;

  constructor(
    private readonly selfPlay: SelfPlay,
    private readonly model: LearningModel,
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
      rollouts: outcome.rollouts.map((draft) => learnt(draft, update)),
    };
  }
}

/** A rollout with what the update found: its advantage, and the component that it took off the reward. */
function learnt({ trajectory, ...rollout }: RolloutDraft, update: UpdateResult) {
  const advantage = finiteOrNull(trajectory === null ? undefined : update.advantages[trajectory]);
  const penalty = trajectory === null ? undefined : update.penalties?.[trajectory];
  if (penalty === undefined) return { ...rollout, advantage };
  const components = { ...rollout.components, kl: 0 - penalty };
  return { ...rollout, components, reward: total(components), advantage };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
