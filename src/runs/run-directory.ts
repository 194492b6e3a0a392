import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import * as v from "valibot";
import { type Config, ConfigSchema } from "../config/schema.ts";
import { RunError } from "../errors/index.ts";
import { RunDatabase } from "./database.ts";
import { type RunStatus, runStatus } from "./state.ts";

/** A run on disk: `runs/<name>/` with its config, database, checkpoints and log. */
export class RunDirectory {
  readonly path: string;
  private lastConfig: Config | null = null;

  private constructor(path: string) {
    this.path = resolve(path);
  }

  get name(): string {
    return basename(this.path);
  }
  get configPath(): string {
    return join(this.path, "config.json");
  }
  get databasePath(): string {
    return join(this.path, "run.sqlite");
  }
  get checkpointsPath(): string {
    return join(this.path, "checkpoints");
  }
  get logPath(): string {
    return join(this.path, "engine.log");
  }

  /**
   * Makes a run from a resolved config. Raises RunError when the place is taken: with `azr-tui attach` as the
   * mend when its engine is alive, `--resume` when it is not.
   */
  static create(path: string, config: Config): RunDirectory {
    RunDirectory.refuseIfTaken(path);
    const run = new RunDirectory(path);
    try {
      mkdirSync(run.checkpointsPath, { recursive: true });
      RunDatabase.create(run.databasePath, { name: run.name, totalSteps: config.steps }).close();
      run.writeConfig(config);
    } catch (error) {
      if (error instanceof RunError) throw error;
      throw new RunError(`cannot make the run directory ${run.path}: ${messageOf(error)}`, {
        mend: "Check the path, its permissions and the free disk space.",
        cause: error,
      });
    }
    return run;
  }

  /** Raises RunError when a run, or anything else, is in the place; see `create`. */
  static refuseIfTaken(path: string): void {
    const run = new RunDirectory(path);
    if (existsSync(run.path) && !statSync(run.path).isDirectory()) {
      throw new RunError(`${run.path} is a file`, { mend: "Name an empty or a new directory." });
    }
    const files = existsSync(run.path) ? readdirSync(run.path) : [];
    if (files.length === 0) return;
    if (!existsSync(run.configPath) || !existsSync(run.databasePath)) {
      throw new RunError(`${run.path} is not empty and is not a whole run (it holds ${files[0]})`, {
        mend: "Name an empty or a new directory, or remove this one.",
      });
    }
    const { engine } = run.status();
    throw new RunError(
      engine
        ? `run ${run.name} is being trained by process ${engine.pid} (${run.path})`
        : `run ${run.name} exists already (${run.path})`,
      {
        mend: engine
          ? `Watch it with \`azr-tui attach ${run.name}\`, or name another run.`
          : "Go on with it by `--resume`, or name another run.",
      },
    );
  }

  /** Opens an existing run. Raises RunError when there is none. */
  static open(path: string): RunDirectory {
    const run = new RunDirectory(path);
    if (!existsSync(run.configPath) || !existsSync(run.databasePath)) {
      throw new RunError(`${run.path} is not a run: it has no config.json and run.sqlite`, {
        mend: "`azr-tui runs list` shows the runs; `azr-tui train` starts one.",
      });
    }
    return run;
  }

  /** The resolved config stored with the run. Raises RunError when it does not fit the schema. */
  config(): Config {
    try {
      const config = v.parse(ConfigSchema, JSON.parse(readFileSync(this.configPath, "utf8")));
      this.lastConfig = config;
      return config;
    } catch (error) {
      // Who looks at a run whose directory is taken away goes on with what was read of it.
      if (this.lastConfig !== null && !existsSync(this.path)) return this.lastConfig;
      throw new RunError(`${this.configPath} does not hold a valid config: ${messageOf(error)}`, {
        mend: "Mend the file by hand, or start a new run.",
        cause: error,
      });
    }
  }

  /** Replaces the stored config, for a resume with changed settings. */
  writeConfig(config: Config): void {
    const beside = `${this.configPath}.${process.pid}`;
    writeFileSync(beside, `${JSON.stringify(config, null, 2)}\n`);
    renameSync(beside, this.configPath);
  }

  openDatabase(options: { readonly?: boolean } = {}): RunDatabase {
    return RunDatabase.open(this.databasePath, options);
  }

  /** State, step and engine, read from the database. */
  status(): RunStatus {
    using database = this.openDatabase({ readonly: true });
    // A directory that was copied or renamed is a run under its new name.
    return { ...runStatus(database), name: this.name };
  }
}

export interface RunSummary extends RunStatus {
  path: string;
}

/** A run that `listRuns` could not read, and why. */
export interface UnreadableRun {
  path: string;
  error: Error;
}

/** Every run under a folder, the one touched last first. A folder that does not exist holds none. */
export function listRuns(root: string): { runs: RunSummary[]; unreadable: UnreadableRun[] } {
  const runs: RunSummary[] = [];
  const unreadable: UnreadableRun[] = [];
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : [];
  for (const folder of folders) {
    const path = join(root, folder.name);
    if (!folder.isDirectory() || !existsSync(join(path, "config.json"))) continue;
    try {
      runs.push({ ...RunDirectory.open(path).status(), path: resolve(path) });
    } catch (error) {
      unreadable.push({ path, error: error instanceof Error ? error : new Error(String(error)) });
    }
  }
  return { runs: runs.sort((a, b) => b.activeAt - a.activeAt), unreadable };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
