import { basename, dirname, resolve } from "node:path";
import { RunError } from "../errors/index.ts";
import type { RunDatabase } from "./database.ts";
import { isRunning, processStart } from "./process-identity.ts";
import type { RunState } from "./records.ts";

/** The run as a whole. */
export interface RunStatus {
  /** Of its directory. */
  name: string;
  createdAt: number;
  /** `crashed` also when the database says running or paused but no engine is alive. */
  state: RunState;
  /** Why it is in this state, one sentence; empty when there is nothing to add. */
  reason: string;
  /** When the state was last changed. */
  stateAt: number;
  /** When it last changed state or finished a step. */
  activeAt: number;
  totalSteps: number;
  /** The last finished step; 0 before the first. */
  step: number;
  /** The engine at work on it, or null. */
  engine: EngineIdentity | null;
}

export interface EngineIdentity {
  pid: number;
  /** Path of its control socket; null while it starts. */
  socket: string | null;
}

interface RunRow {
  created_at: number;
  state: RunState;
  reason: string;
  state_at: number;
  total_steps: number;
  step: number;
  finished_at: number;
}

interface EngineRow {
  pid: number;
  process_start: string;
  socket: string | null;
}

/** `crashed: out of memory`, `stopped by anna`: a reason that begins with the state says it already. */
export function stateWords(state: RunState, reason: string): string {
  if (reason === "") return state;
  return reason.startsWith(state) ? reason : `${state}: ${reason}`;
}

/** Of an engine that is gone and left no reason. */
export const UNTOLD = "the engine ended without saying why";

export function runStatus(database: RunDatabase): RunStatus {
  // The engine first: it gives up its claim after the last change of state, so a state read later is not older.
  const engine = liveEngine(database);
  const row = database.get<RunRow>(
    `SELECT run.*, coalesce((SELECT max(step) FROM steps), 0) AS step,
            coalesce((SELECT max(finished_at) FROM steps), 0) AS finished_at FROM run`,
  );
  if (!row) {
    throw new RunError(`${database.path} has no run in it`, { mend: "Start a new run under another name." });
  }
  const dead = engine === null && (row.state === "running" || row.state === "paused");
  return {
    name: runName(database),
    createdAt: row.created_at,
    state: dead ? "crashed" : row.state,
    reason: dead && row.reason === "" ? UNTOLD : row.reason,
    stateAt: row.state_at,
    activeAt: Math.max(row.state_at, row.finished_at),
    totalSteps: row.total_steps,
    step: row.step,
    engine,
  };
}

export function setRunState(database: RunDatabase, state: RunState, reason = ""): void {
  database.run("UPDATE run SET state = ?, reason = ?, state_at = ?", [state, reason, Date.now()]);
}

export function setTotalSteps(database: RunDatabase, steps: number): void {
  database.run("UPDATE run SET total_steps = ?", [steps]);
}

/** The engine that holds the run, if its process is alive (same id and same start time). */
export function liveEngine(database: RunDatabase): EngineIdentity | null {
  const row = database.get<EngineRow>("SELECT * FROM engine");
  return row && isRunning(row.pid, row.process_start) ? { pid: row.pid, socket: row.socket } : null;
}

/**
 * Makes this process the run's engine. The claim of a dead engine is taken over. Raises RunError, with the
 * way to attach, when another engine is alive.
 */
export function claimEngine(database: RunDatabase): void {
  const start = processStart(process.pid);
  if (start === null) throw new RunError("the start time of this process cannot be read");
  database.transaction(() => {
    const other = liveEngine(database);
    if (other) throw occupied(database, other);
    database.run("INSERT OR REPLACE INTO engine VALUES (1, ?, ?, NULL, ?)", [process.pid, start, Date.now()]);
  });
}

/** Tells viewers where to connect. */
export function announceSocket(database: RunDatabase, socket: string): void {
  database.run("UPDATE engine SET socket = ? WHERE pid = ?", [socket, process.pid]);
}

/** Gives the run back; nothing happens when this process does not hold it. */
export function releaseEngine(database: RunDatabase): void {
  database.run("DELETE FROM engine WHERE pid = ?", [process.pid]);
}

/** A run goes by its directory: a copy is a run of its own, whatever the name that it was made under. */
function runName(database: RunDatabase): string {
  return basename(dirname(resolve(database.path)));
}

function occupied(database: RunDatabase, other: EngineIdentity): RunError {
  const name = runName(database);
  return new RunError(`run ${name} is being trained by process ${other.pid}`, {
    mend: `Watch it with \`azr-tui attach ${name}\`, or name another run.`,
  });
}
