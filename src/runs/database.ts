import { Database, SQLiteError, type SQLQueryBindings, type Statement } from "bun:sqlite";
import { AzrError, RunError } from "../errors/index.ts";
import { atomically, createSchema, migrateSchema } from "./schema.ts";

type Bindings = SQLQueryBindings[];

/** How long a lock of another program is waited for. */
const WRITER_WAIT_MS = 5000;
const READER_WAIT_MS = 300;

/**
 * One open `run.sqlite`. The engine opens it for writing; viewers open it for reading, also while the engine
 * writes (WAL). Every SQLite failure arrives as RunError. Reads are in `queries/`, writes in
 * `commit.ts`, `rewind.ts` and `state.ts`.
 */
export class RunDatabase implements Disposable {
  private readonly statements = new Map<string, Statement>();

  private constructor(
    readonly path: string,
    private readonly sqlite: Database,
    readonly readonly: boolean,
  ) {}

  /** Makes a new database with its one `run` row. Raises RunError when the file exists or cannot be written. */
  static create(path: string, run: { name: string; totalSteps: number }): RunDatabase {
    return guard(path, () => {
      const database = new RunDatabase(path, openForWriting(path, true), false);
      const now = Date.now();
      database.transaction(() => {
        createSchema(database.sqlite);
        database.run("INSERT INTO run VALUES (1, ?, ?, 'created', '', ?, ?)", [
          run.name,
          now,
          now,
          run.totalSteps,
        ]);
      });
      return database;
    });
  }

  /**
   * Opens an existing database, and brings an older schema up to date.
   * Raises RunError when it is missing, damaged, not ours or from a newer version.
   */
  static open(path: string, options: { readonly?: boolean } = {}): RunDatabase {
    return guard(path, () => {
      const readonly = options.readonly ?? false;
      const sqlite = readonly ? new Database(path, { readonly: true }) : openForWriting(path, false);
      // Who reads for a screen does not stand still for long: he reads again soon.
      sqlite.run(`PRAGMA busy_timeout = ${readonly ? READER_WAIT_MS : WRITER_WAIT_MS}`);
      migrateSchema(sqlite, path);
      return new RunDatabase(path, sqlite, readonly);
    });
  }

  /** All rows of a query; statements are prepared once. */
  all<Row>(sql: string, bindings: Bindings = []): Row[] {
    return guard(this.path, () => this.prepared(sql).all(...bindings) as Row[]);
  }

  /** The first row of a query, or null. */
  get<Row>(sql: string, bindings: Bindings = []): Row | null {
    return guard(this.path, () => this.prepared(sql).get(...bindings) as Row | null);
  }

  /** Runs a statement; the count of changed rows. */
  run(sql: string, bindings: Bindings = []): number {
    return guard(this.path, () => this.prepared(sql).run(...bindings).changes);
  }

  /** All of `body`'s writes or none of them; within another transaction, with that one's. Other writers wait. */
  transaction<T>(body: () => T): T {
    return guard(this.path, () => atomically(this.sqlite, body));
  }

  /** Ends the connection now: with a statement open, SQLite would put that off to the process's end. */
  close(): void {
    for (const statement of this.statements.values()) statement.finalize();
    this.statements.clear();
    this.sqlite.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private prepared(sql: string): Statement {
    let statement = this.statements.get(sql);
    if (!statement) {
      statement = this.sqlite.prepare(sql);
      this.statements.set(sql, statement);
    }
    return statement;
  }
}

function openForWriting(path: string, create: boolean): Database {
  const sqlite = new Database(path, create ? { create: true, readwrite: true } : { readwrite: true });
  sqlite.run(`PRAGMA busy_timeout = ${WRITER_WAIT_MS}`);
  sqlite.run("PRAGMA journal_mode = WAL");
  // FULL: a commit is on disk when it returns. With NORMAL a power cut may undo the last commit although the
  // checkpoints it superseded are already deleted. One commit a step costs a few milliseconds.
  sqlite.run("PRAGMA synchronous = FULL");
  return sqlite;
}

function guard<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof AzrError || !(error instanceof SQLiteError)) throw error;
    throw new RunError(`${path}: ${error.message}`, { mend: mendOf(error.code), cause: error });
  }
}

function mendOf(code: string | undefined): string {
  if (code === "SQLITE_FULL" || code?.startsWith("SQLITE_IOERR")) {
    return "Free some disk space, then go on with --resume: finished steps and checkpoints are kept.";
  }
  if (code === "SQLITE_CANTOPEN")
    return "Check the path and its permissions; `azr-tui runs list` shows the runs.";
  if (code === "SQLITE_READONLY") return "The run directory must be writable for this.";
  if (code === "SQLITE_BUSY") return "Another program holds the database: close it and try again.";
  return "The database may be damaged: restore run.sqlite from a copy, or start a new run.";
}
