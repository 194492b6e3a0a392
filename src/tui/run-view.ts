import type { Command, Snapshot } from "../engine/protocol.ts";
import type { Role, TaskType } from "../interfaces/role.ts";
import {
  type EventLevel,
  eventPage,
  type RunDatabase,
  type RunDirectory,
  type RunState,
  type RunStatus,
  runStatus,
} from "../runs/index.ts";

/** A run as the screens see it: what is durable comes from run.sqlite, what is live from the engine. */
export interface RunView {
  status: RunStatus;
  /** The state as last heard: the engine's word is newer than the database's. */
  state: RunState;
  /** True from the launch of an engine to its first word, or its failure. */
  launching: boolean;
  /** What the other viewers know this one by; null until the engine has said it. */
  viewer: string | null;
  /** The engine at work was told to stop, here or by another viewer, and has not ended yet. */
  stopping: boolean;
  /** The run's directory was deleted or moved away under its viewers, in a sentence; null while it is there. */
  gone: string | null;
  /** Null when no engine is at work. */
  snapshot: Snapshot | null;
  /** Whole seconds since the engine's last word once they are too many; 0 while it talks. */
  silentSeconds: number;
  /** Commands that the engine was sent and has not answered, in words with their age; null while it answers. */
  unanswered: string | null;
  /** How long ago an engine that is gone without an end said its last word, such as `3 min`; null of any other. */
  deadFor: string | null;
  live: { role: Role; type: TaskType; text: string } | null;
  /** The last line of the log. */
  log: { at: number; level: EventLevel; source: string; message: string } | null;
  /** The answer to a command, or why the engine failed. */
  notice: Notice | null;
  /** Of a recording that is played; null of a run itself. */
  replay: Replay | null;
  /** Grows whenever the database has changed: what was read under another revision is stale. */
  revision: number;
}

/** How far a recording has come, and how long it is, milliseconds. */
export interface Replay {
  at: number;
  length: number;
  speed: number;
  /** What time it was then, milliseconds since the epoch. */
  now: number;
  paused: boolean;
}

/** It stands at the end of what was recorded. */
export const hasEnded = ({ at, length }: Replay): boolean => at >= length;

/** What a replay can be told that a run cannot. */
export interface Playback {
  /** On by so many milliseconds of the recording; back where they are negative. */
  moveBy(distance: number): void;
  /** To the end of the next finished step, or of the one before, and halts there. */
  toStep(direction: -1 | 1): void;
  restart(): void;
  halt(): void;
  /** The next speed of a few. */
  changeSpeed(direction: -1 | 1): void;
}

export interface Notice {
  text: string;
  bad: boolean;
}

/** What screens ask of a run: RunStore is it of one on disk, ReplaySource of a recording; tests may script one. */
export interface RunSource {
  readonly run: RunDirectory;
  readonly database: RunDatabase;
  /** Of a recording that is played; absent of a run itself. */
  readonly playback?: Playback;
  getView(): RunView;
  subscribe(listener: () => void): () => void;
  /** Sends a command to the engine; the answer appears as the notice. False when it could not be done. */
  send(command: Command): Promise<boolean>;
  /** Shows a notice of the screen's own; null shows none. */
  tell(notice: Notice | null): void;
}

/** Whether an engine is at work, or about to be. */
export function isLive({ snapshot, launching, status }: RunView): boolean {
  return snapshot !== null || launching || status.engine !== null;
}

/** The viewer whose commands are taken in the place of this one's; null where this one drives, or nobody does. */
export function otherDriver({ snapshot, viewer }: RunView): string | null {
  const driver = snapshot?.viewers.driver ?? null;
  return driver === viewer || viewer === null ? null : driver;
}

/** What is known of a run before anything was heard from its engine. */
export function firstView(database: RunDatabase): RunView {
  const status = runStatus(database);
  return {
    status,
    state: status.state,
    launching: false,
    stopping: false,
    gone: null,
    viewer: null,
    snapshot: null,
    silentSeconds: 0,
    unanswered: null,
    deadFor: null,
    live: null,
    log: eventPage(database, {}, { limit: 1 })[0] ?? null,
    notice: null,
    replay: null,
    revision: 0,
  };
}
