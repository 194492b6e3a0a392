import type { Config } from "../config/schema.ts";
import type { Generator } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { TaskRecord } from "../runs/records.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import type { SeedOutcome, StepOutcome } from "./outcome.ts";

/** Where the buffers come from when a run starts or resumes: every task of the run, ascending by id. */
export interface TaskStore {
  tasks(): readonly TaskRecord[];
}

export interface SelfPlayOptions {
  config: Config;
  generator: Generator;
  executor: Executor;
  tokenizer: Tokenizer;
  store: TaskStore;
}

/** Proposes, validates, solves and grades. Knows nothing of training: it yields rewarded trajectories. */
export interface SelfPlay {
  /** Fills empty buffers before step 1; yields nothing when the store already holds tasks. */
  seed(hooks?: SelfPlayHooks): Promise<SeedOutcome>;
  /**
   * One step, counted from 1. The buffers change only when it resolves; the caller stores the outcome in one
   * transaction. Rejects with the signal's reason when it is aborted.
   */
  step(step: number, hooks?: SelfPlayHooks): Promise<StepOutcome>;
}

export function createSelfPlay(_options: SelfPlayOptions): SelfPlay {
  throw new Error("self-play is being built");
}
