import type { Role, TaskType } from "../interfaces/role.ts";
import type { EventLevel, RunState } from "../runs/records.ts";

/**
 * Messages between the engine and its viewers: one JSON object per line over the run's Unix socket. What is
 * durable is read from run.sqlite; the socket carries only what is live. A viewer whose version differs is
 * told so and refused.
 */
export const PROTOCOL_VERSION = 2;

/** The parts of a step, in order. `load` and `seed` come once, before the first step. */
export const PHASES = [
  "load",
  "seed",
  "propose",
  "validate",
  "solve",
  "grade",
  "update",
  "checkpoint",
  "evaluate",
] as const;
export type Phase = (typeof PHASES)[number];

export interface Progress {
  phase: Phase;
  step: number;
  /** Units done and wanted within the phase (samples, tokens, bytes, problems: see `unit`). */
  done: number;
  total: number;
  unit: string;
  /** Units per second; 0 when unknown. */
  rate: number;
  /** Milliseconds since the phase began. */
  elapsedMs: number;
  role?: Role;
  type?: TaskType;
}

export interface Snapshot {
  state: RunState;
  step: number;
  totalSteps: number;
  /** Engine's process id. */
  pid: number;
  progress: Progress | null;
  /** Tokens per second of the last or current generation and update. */
  generationRate: number;
  updateRate: number;
  sandbox: {
    backend: string;
    running: number;
    queued: number;
    idle: number;
    finished: number;
    verdicts: Record<string, number>;
    /** From the hand-over of a program to its verdict, of the last programs: half took less, 95 of 100 did. */
    latencyMs: { p50: number; p95: number } | null;
  };
  /** How often each safety flag was raised in the run, the step under way included. */
  flags: Record<string, number>;
  /** Bytes: MLX's live arrays, MLX's peak, what MLX keeps for new arrays, the engine's resident set. */
  memory: { active: number; peak: number; cache: number; resident: number };
  /** Milliseconds the rest of the run will take, from the median step after the first; null when unknown. */
  etaMs: number | null;
  viewers: Viewers;
  /** Why the run is ending, while its work at hand is saved; absent of a run that goes on. */
  stopping?: string;
}

/** Who watches, in the order in which they came, and whose commands are taken; null while no screen is open. */
export interface Viewers {
  names: string[];
  driver: string | null;
}

/**
 * What a viewer is. Of the screens one drives, and only its commands are taken: the first to come, then whoever asks
 * by `drive`. Lines (`--headless`) are named beside them, a single command (`runs pause`) is not; neither drives, and
 * what they ask for is done.
 */
export const VIEWER_KINDS = ["screen", "lines", "command"] as const;
export type ViewerKind = (typeof VIEWER_KINDS)[number];

export type ServerMessage =
  /** `viewer` is what the others know this viewer by: the name it gave, numbered where another has it. */
  | { kind: "hello"; version: number; run: string; viewer: string; snapshot: Snapshot }
  | { kind: "snapshot"; snapshot: Snapshot }
  /** A step is committed: read it from the database. */
  | { kind: "step"; step: number; metrics: Record<string, number> }
  /** Text so far of one rollout that is being written. */
  | { kind: "live"; role: Role; type: TaskType; text: string }
  | { kind: "log"; at: number; level: EventLevel; source: string; message: string }
  | { kind: "reply"; id: number; ok: boolean; message: string }
  | { kind: "ended"; state: RunState; reason: string; exitCode: number };

export type Command =
  | { command: "pause" }
  | { command: "resume" }
  /** Run one step, then pause. */
  | { command: "step" }
  | { command: "checkpoint" }
  /** Evaluate as `evaluation.*` says: when the step under way ends, at once when none is. */
  | { command: "evaluate" }
  /** Change one setting, written as `--set key=value`, from the next step on. */
  | { command: "set"; key: string; value: string }
  /** The screen that asks drives from now on. */
  | { command: "drive" }
  /** End after the work at hand is saved: a checkpoint of the last finished step. */
  | { command: "stop" };

export type ClientMessage =
  | { kind: "hello"; version: number; viewer: string; as: ViewerKind }
  | ({ kind: "command"; id: number } & Command);
