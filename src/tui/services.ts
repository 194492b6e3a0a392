import type { Config } from "../config/schema.ts";
import type { LaunchOptions } from "../engine/client.ts";

/**
 * What the screens ask of the layers that they may not import: models, set-up, the sandbox. The command line gives it,
 * a test scripts it. Errors that a user can meet are AzrErrors.
 */
export interface Services {
  /** Folder whose directories are the runs. */
  runsFolder: string;
  models(): Promise<ModelAtHand[]>;
  /** The preset that a new run of a model best starts from, as the model's own files tell. */
  fittingPreset(source: string): Promise<FittingPreset>;
  /** What of a run's model is to be downloaded; null where all of it is here. */
  download(config: Config): Promise<ModelDownload | null>;
  /** Path of a new run `<prefix>-<number>` that is not taken. */
  newRunPath(prefix: string): string;
  /** Path of the run of a name, or the path itself. */
  runPath(nameOrPath: string): string;
  /** Refuses a plan that cannot be: a name that is taken, settings that ask for what the run will not have. */
  check(plan: RunPlan): Promise<void>;
  /** Sets up what the run needs and writes its directory; how its engine is launched. Says what it does, line by line. */
  prepare(plan: RunPlan, report: Report): Promise<LaunchOptions>;
  /** The settings that a run goes on with, to the given number of steps; its own when null. */
  goOn(path: string, steps: number | null): Promise<RunPlan>;
  /** Bytes at the peak, from the headers of the model alone; null where the model is not at hand. */
  memory(config: Config): Promise<MemoryNeed | null>;
}

export interface RunPlan {
  path: string;
  config: Config;
  /** Go on with the run from its newest checkpoint, or from that of a step; false makes a new run. */
  resume: boolean | number;
  unsafeLocal?: boolean;
}

export interface Report {
  /** What is done now and how far it has come; takes the place of the one before. */
  progress(line: string): void;
  /** Something that stays to be read. */
  line(line: string): void;
}

export interface ModelAtHand {
  /** As `model.source` names it. */
  source: string;
  /** What it is, or where it lies. */
  about: string;
  bytes: number;
  /** `fetched` can be used at once; the others are fetched when a run starts. */
  state: "fetched" | "incomplete" | "not fetched";
}

export interface FittingPreset {
  /** Null where none is made for such a model. */
  preset: string | null;
  /** Why this one, or why none, in a sentence. */
  why: string;
}

export interface ModelDownload {
  /** As `model.source` names it. */
  source: string;
  bytes: number;
  /** Host that it comes from. */
  host: string;
}

/** Bytes. */
export interface MemoryNeed {
  device: "cpu" | "gpu";
  generation: number;
  training: number;
}
