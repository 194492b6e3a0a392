import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { RunDatabase } from "../../runs/database.ts";
import { rewardSeries } from "../../runs/queries/reward-series.ts";
import { newestCheckpoint } from "../../runs/queries/steps.ts";
import { type RunStatus, runStatus } from "../../runs/state.ts";

/** A directory that is a run, or looks like one. */
export interface CatalogEntry {
  name: string;
  path: string;
  /** When its database was last written, milliseconds since the epoch. */
  touchedAt: number;
}

/** What the list says of a run. */
export type RunFacts =
  | {
      kind: "run";
      status: RunStatus;
      /** Step of the newest checkpoint; 0 where there is none. */
      checkpoint: number;
      /** As its config names it. */
      model: string;
      /** Solver's mean reward by step, or the loss where given texts are learnt. */
      curve: (number | null)[];
      supervised: boolean;
    }
  | { kind: "broken"; reason: string };

/** Steps of a curve that are read for the list. */
const STEPS = 60;

/**
 * The runs of a folder. Looking for them costs a directory listing; a database is opened when the facts of its run are
 * asked for, and closed again, so that hundreds of runs are listed at once.
 */
export class RunCatalog {
  #entries: CatalogEntry[] = [];
  #facts = new Map<string, { touchedAt: number; facts: RunFacts }>();

  constructor(readonly folder: string) {
    this.scan();
  }

  /** The runs as last looked for, the one written last first. */
  get entries(): readonly CatalogEntry[] {
    return this.#entries;
  }

  /** Looks again. */
  scan(): void {
    const found = directories(this.folder).flatMap((name) => {
      const path = join(this.folder, name);
      const touchedAt = lastWrite(path);
      return touchedAt === null ? [] : [{ name, path, touchedAt }];
    });
    this.#entries = found.sort((a, b) => b.touchedAt - a.touchedAt || a.name.localeCompare(b.name));
    const paths = new Set(found.map(({ path }) => path));
    for (const path of this.#facts.keys()) if (!paths.has(path)) this.#facts.delete(path);
  }

  /** What there is to say of a run; read anew where its database has changed, or its engine may have gone. */
  facts({ path, touchedAt }: CatalogEntry): RunFacts {
    const known = this.#facts.get(path);
    if (known?.touchedAt === touchedAt && !mayEnd(known.facts)) return known.facts;
    const facts = readFacts(path);
    this.#facts.set(path, { touchedAt, facts });
    return facts;
  }
}

const mayEnd = (facts: RunFacts): boolean => facts.kind === "run" && facts.status.engine !== null;

function directories(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isSymbolicLink()))
    .map(({ name }) => name);
}

/** Null where the directory holds neither file of a run. */
function lastWrite(path: string): number | null {
  const time = (file: string) => {
    const found = statSync(join(path, file), { throwIfNoEntry: false });
    // An empty log of writes is what a reader leaves behind.
    return found && (found.size > 0 || file === "run.sqlite") ? found.mtimeMs : null;
  };
  const times = ["run.sqlite", "run.sqlite-wal", "config.json"].map(time);
  if (times[0] === null && times[2] === null) return null;
  return Math.max(...times.map((one) => one ?? 0));
}

function readFacts(path: string): RunFacts {
  try {
    const file = join(path, "run.sqlite");
    if (!existsSync(file)) return { kind: "broken", reason: "it has no run.sqlite" };
    const config = readConfig(path);
    using database = RunDatabase.open(file, { readonly: true });
    return {
      kind: "run",
      // A directory that was copied or renamed is a run under its new name.
      status: { ...runStatus(database), name: basename(path) },
      checkpoint: newestCheckpoint(database),
      ...config,
      curve: rewardSeries(database, STEPS).map(({ value }) => value),
    };
  } catch (error) {
    return { kind: "broken", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** Of the config only what the list shows: it is not held against the schema here. */
function readConfig(path: string): { model: string; supervised: boolean } {
  const file = join(path, "config.json");
  if (!existsSync(file)) throw new Error("it has no config.json");
  const config = parse(readFileSync(file, "utf8"));
  return {
    model: String(config?.model?.source ?? ""),
    supervised: config?.training?.algorithm?.type === "sft",
  };
}

interface StoredConfig {
  model?: { source?: unknown };
  training?: { algorithm?: { type?: unknown } };
}

function parse(text: string): StoredConfig | null {
  try {
    return JSON.parse(text) as StoredConfig | null;
  } catch (cause) {
    throw new Error(`its config.json is not JSON: ${cause instanceof Error ? cause.message : cause}`);
  }
}
