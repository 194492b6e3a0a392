import type { Example } from "../interfaces/example.ts";
import type { UpdateProgress } from "../interfaces/learner.ts";
import type { RolloutRecord, TaskRecord } from "../runs/records.ts";
import type { SelfPlayHooks } from "../selfplay/hooks.ts";
import type { TaskUpdate } from "../selfplay/outcome.ts";
import type { Phase } from "./protocol.ts";

/** What a trainer tells while it is at work, and how it is ended. */
export interface TrainerHooks extends Omit<SelfPlayHooks, "onPhase" | "signal"> {
  onPhase: (phase: Phase) => void;
  onUpdate: (progress: UpdateProgress) => void;
  onLog: NonNullable<SelfPlayHooks["onLog"]>;
  /** Ends the work at once: it rejects with the signal's reason, and the weights stay as they were. */
  signal: AbortSignal;
}

/** What a step leaves for the database. */
export interface TrainerStep {
  metrics: Record<string, number>;
  tasks: readonly TaskRecord[];
  taskUpdates: readonly TaskUpdate[];
  /** Ids of the tasks that a buffer gave up. */
  evicted: readonly number[];
  rollouts: readonly Omit<RolloutRecord, "id">[];
}

/** What the steps of a run are made of: self-play and its update, or an update on given texts. */
export interface Trainer {
  /** Steps of the whole run. */
  readonly steps: number;
  /** What comes before step 1, once in the life of a run; null where nothing does. */
  readonly begin: ((hooks: TrainerHooks) => Promise<TrainerStep>) | null;
  /** One step, counted from 1, which ends with an update. */
  step(step: number, hooks: TrainerHooks): Promise<TrainerStep>;
  /** Texts whose loss is measured while training, and every how many steps; null for none. */
  readonly validation: { examples: readonly Example[]; every: number } | null;
}
