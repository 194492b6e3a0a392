import type { Role, TaskType } from "../interfaces/role.ts";
import type { EventLevel } from "../runs/records.ts";

/** Parts of self-play in order. `validate` and `grade` are what is left of them when generation has ended. */
export const SELF_PLAY_PHASES = ["seed", "propose", "validate", "solve", "grade"] as const;
export type SelfPlayPhase = (typeof SELF_PLAY_PHASES)[number];

export interface SelfPlayProgress {
  phase: SelfPlayPhase;
  /** Units finished and wanted in this phase. */
  done: number;
  total: number;
  unit: "samples" | "programs" | "tasks";
  /** Sampled tokens per second of the generation under way; 0 when none is. */
  tokensPerSecond: number;
}

/** What a viewer may want to see while a step is under way; all of it optional. */
export interface SelfPlayHooks {
  onPhase?: (phase: SelfPlayPhase) => void;
  onProgress?: (progress: SelfPlayProgress) => void;
  /** Text so far of one rollout that is being written. */
  onLive?: (live: { role: Role; type: TaskType; text: string }) => void;
  onLog?: (level: EventLevel, message: string) => void;
  /** Ends the step at once: `step` rejects with the signal's reason and the buffers stay as they were. */
  signal?: AbortSignal;
}
