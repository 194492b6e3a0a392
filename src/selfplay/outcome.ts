import type { Example } from "../interfaces/example.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";
import type { RolloutRecord, TaskRecord } from "../runs/records.ts";

/** A rollout before it is stored: the run database gives the id, training gives the advantage. */
export type RolloutDraft = Omit<RolloutRecord, "id" | "advantage"> & {
  /** Index into the outcome's trajectories; null when the rollout is not trained on. */
  trajectory: number | null;
};

/** What solving a task in this step changed about its record. */
export interface TaskUpdate {
  id: number;
  /** Null for a task of which no rate has been estimated yet. */
  solveRate: number | null;
  timesDrawn: number;
}

/** What the seeding before step 1 yielded, to be stored in one transaction as step 0. */
export interface SeedOutcome {
  /** Empty when the run was seeded before. */
  tasks: TaskRecord[];
  /** Tasks among them that the buffers gave up again, ids ascending. */
  evicted: number[];
  metrics: Record<string, number>;
}

/** What one self-play step yielded. Plain data: the engine trains on it and stores it in one transaction. */
export interface StepOutcome {
  trajectories: Trajectory[];
  /** Verified solutions of earlier steps to learn from besides; none without a coefficient. */
  experience: Example[];
  rollouts: RolloutDraft[];
  /** Tasks admitted in this step, ids given, ascending. */
  tasks: TaskRecord[];
  /** Earlier tasks that were solved in this step; the new ones carry their figures themselves. */
  taskUpdates: TaskUpdate[];
  /** Tasks that the buffers gave up, ids ascending; they stay in the database. */
  evicted: number[];
  /** Figures by name: see runs/metric-names.ts. */
  metrics: Record<string, number>;
  /** Rollouts by safety flag. */
  flags: Record<string, number>;
}
