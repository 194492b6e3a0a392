import type { Database } from "bun:sqlite";
import { RunError } from "../errors/index.ts";

/**
 * Tables of `run.sqlite`, documented column by column in docs/reference/run-database.md. Times are
 * milliseconds since the epoch; lists and maps are JSON. The version is SQLite's `user_version`. The indexes by step
 * cover what the long lists (listings/) are filtered and sorted by, so that no text is read for it.
 */
export const SCHEMA_VERSION = 1;

const TABLES = `
  CREATE TABLE run (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    state_at INTEGER NOT NULL,
    total_steps INTEGER NOT NULL
  );
  CREATE TABLE engine (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pid INTEGER NOT NULL,
    process_start TEXT NOT NULL,
    socket TEXT,
    claimed_at INTEGER NOT NULL
  );
  CREATE TABLE steps (
    step INTEGER PRIMARY KEY,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
  );
  CREATE TABLE metrics (
    step INTEGER NOT NULL,
    name TEXT NOT NULL,
    value REAL,
    PRIMARY KEY (name, step)
  ) WITHOUT ROWID;
  CREATE INDEX metrics_by_step ON metrics (step);
  CREATE TABLE tasks (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL,
    origin TEXT NOT NULL,
    step INTEGER NOT NULL,
    program TEXT NOT NULL,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    message TEXT,
    parents TEXT NOT NULL,
    learnability REAL,
    solve_rate REAL,
    times_drawn INTEGER NOT NULL,
    fingerprint TEXT,
    skeleton TEXT,
    evicted_step INTEGER
  );
  CREATE INDEX tasks_by_step ON tasks
    (step, type, origin, learnability, solve_rate, times_drawn, evicted_step, parents);
  CREATE TABLE task_updates (
    step INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    solve_rate REAL,
    times_drawn INTEGER NOT NULL,
    PRIMARY KEY (task_id, step)
  ) WITHOUT ROWID;
  CREATE INDEX task_updates_by_step ON task_updates (step);
  CREATE TABLE rollouts (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,
    role TEXT NOT NULL,
    type TEXT NOT NULL,
    task_id INTEGER,
    group_key TEXT NOT NULL,
    prompt TEXT NOT NULL,
    response TEXT NOT NULL,
    answer TEXT,
    verdict TEXT NOT NULL,
    detail TEXT NOT NULL,
    flags TEXT NOT NULL,
    program_key TEXT,
    reward REAL NOT NULL,
    components TEXT NOT NULL,
    advantage REAL,
    prompt_tokens INTEGER NOT NULL,
    response_tokens INTEGER NOT NULL,
    log_probability REAL,
    finish TEXT NOT NULL,
    strategy TEXT
  );
  CREATE INDEX rollouts_by_step ON rollouts
    (step, group_key, role, type, task_id, verdict, flags, reward, advantage, response_tokens,
     log_probability, finish, strategy);
  CREATE INDEX rollouts_by_task ON rollouts (task_id);
  CREATE TABLE evaluations (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,
    benchmark TEXT NOT NULL,
    scores TEXT NOT NULL,
    settings TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL
  );
  CREATE TABLE evaluation_samples (
    evaluation_id INTEGER NOT NULL,
    problem TEXT NOT NULL,
    sample INTEGER NOT NULL,
    completion TEXT NOT NULL,
    passed INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (evaluation_id, problem, sample)
  ) WITHOUT ROWID;
  CREATE TABLE checkpoints (
    step INTEGER PRIMARY KEY,
    directory TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  );
  CREATE TABLE best_checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    step INTEGER NOT NULL,
    metric TEXT NOT NULL,
    value REAL NOT NULL
  );
  CREATE TABLE settings (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL,
    at INTEGER NOT NULL,
    config TEXT NOT NULL
  );
  CREATE TABLE machine (
    place INTEGER PRIMARY KEY,
    part TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL
  );
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    step INTEGER NOT NULL,
    level TEXT NOT NULL,
    source TEXT NOT NULL,
    message TEXT NOT NULL
  );
`;

/** Index i takes a database from version i + 1 to i + 2, inside the transaction that raises `user_version`. */
const MIGRATIONS: readonly string[] = [];

/** Makes the tables of a new database, in one transaction. */
export function createSchema(sqlite: Database): void {
  atomically(sqlite, () => {
    sqlite.run(TABLES);
    sqlite.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/**
 * Runs `body` in an immediate transaction, or in the one that is open. (bun:sqlite's own `transaction` keeps
 * statements that nobody can finalize, which put the end of the connection off to that of the process.)
 */
export function atomically<T>(sqlite: Database, body: () => T): T {
  if (sqlite.inTransaction) return body();
  sqlite.run("BEGIN IMMEDIATE");
  try {
    const value = body();
    sqlite.run("COMMIT");
    return value;
  } catch (error) {
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (sqlite.inTransaction) sqlite.run("ROLLBACK");
    throw error;
  }
}

/** Version of an opened database; 0 when it has no tables of ours. */
export function schemaVersion(sqlite: Database): number {
  using statement = sqlite.prepare<{ user_version: number }, []>("PRAGMA user_version");
  return statement.get()?.user_version ?? 0;
}

/**
 * Brings an older database up to SCHEMA_VERSION, in one transaction.
 * Raises RunError when the file is not a run database or comes from a newer azr-tui.
 */
export function migrateSchema(sqlite: Database, path: string): void {
  const version = schemaVersion(sqlite);
  checkVersion(version, path);
  if (version === SCHEMA_VERSION) return;
  atomically(sqlite, () => {
    for (const sql of MIGRATIONS.slice(version - 1)) sqlite.run(sql);
    sqlite.run(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

function checkVersion(version: number, path: string): void {
  if (version === 0) {
    throw new RunError(`${path} is an SQLite file without azr-tui's tables`, {
      mend: "Name another run directory, or remove this one.",
    });
  }
  if (version > SCHEMA_VERSION) {
    throw new RunError(
      `${path} has schema version ${version}; this azr-tui knows versions up to ${SCHEMA_VERSION}`,
      { mend: "Update azr-tui to the version that wrote the run, or a later one." },
    );
  }
}
