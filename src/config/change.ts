import { ConfigError } from "../errors/index.ts";
import type { Config } from "./schema.ts";

/** One setting of a run that became another. */
export interface ConfigChange {
  /** Dotted path, such as `training.optimizer.learning_rate`. */
  path: string;
  /** Undefined where the setting was not there, or is no more. */
  from: unknown;
  to: unknown;
}

/** What a run cannot go on without, with the reason; a path stands for all that lies below it. */
const FIXED: readonly (readonly [path: string, reason: string])[] = [
  ["seed", "every random draw derives from it, so the steps to come would not be this run's"],
  ["model.source", "the trained weights and the optimizer's moments belong to the model"],
  ["model.quantize", "the trained weights were learnt on the model as it was packed"],
  ["output_dir", "the run lies where it began"],
  ["adapter.type", "the trained weights are of this kind"],
  ["adapter.rank", "the trained weights have this shape"],
  ["adapter.alpha", "the trained weights were learnt at this scale"],
  ["adapter.layers", "the trained weights belong to these layers"],
  ["adapter.targets", "the trained weights belong to these projections"],
  ["adapter.init", "the run has begun from it"],
  ["selfplay.tasks", "a type's seeds and buffer are made before the first step"],
  ["selfplay.seed_tasks", "the seeds were collected before the first step"],
  ["selfplay.buffer.capacity", "it decided which tasks were kept"],
  ["selfplay.buffer.deduplicate", "it decided which tasks were kept"],
  ["training.algorithm.type", "what was learnt and what is measured would be of two algorithms"],
  ["training.algorithm.data", "the rows and their order come from it"],
  ["training.algorithm.validation", "the losses before and after could not be compared"],
  ["training.algorithm.held_out", "it decides which rows are learnt from"],
  ["training.algorithm.batch_size", "it decides which rows a step learns from"],
  ["training.algorithm.max_length", "it decides which rows are learnt from"],
];

/** Sections that a running engine takes over between two steps; the others are read when it starts. */
const LIVE = ["steps", "selfplay", "rewards", "training", "evaluation", "checkpoints", "signals"] as const;

/** Those of `config` that a running engine takes over, the others of `base`. */
export function withLiveSettings(base: Config, config: Config): Config {
  const { steps, selfplay, rewards, training, evaluation, checkpoints, signals } = config;
  return { ...base, steps, selfplay, rewards, training, evaluation, checkpoints, signals };
}

/** Whether a setting may change while the run is trained, as far as its path tells. */
export function isLiveSetting(path: string): boolean {
  return LIVE.some((section) => path === section || path.startsWith(`${section}.`)) && !fixedBy(path);
}

/** Raises ConfigError where a change would make another run of it, or needs an engine that starts. */
export function checkLiveChanges(changes: readonly ConfigChange[]): void {
  checkChanges(changes);
  const late = changes.find(({ path }) => !isLiveSetting(path));
  if (!late) return;
  throw new ConfigError(`${late.path} is read when the engine starts.`, {
    mend: `Stop the run, and go on with \`azr-tui train <run> --resume --set ${late.path}=${shown(late.to)}\`.`,
  });
}

/** The settings that differ, in the order of the schema. */
export function configChanges(before: Config, after: Config): ConfigChange[] {
  return differences(before, after, "");
}

/** Raises ConfigError, with the reason, where a change would make another run of it. */
export function checkChanges(changes: readonly ConfigChange[]): void {
  for (const { path, from, to } of changes) {
    const fixed = fixedBy(path);
    if (!fixed) continue;
    throw new ConfigError(
      `${path} cannot become ${shown(to)} in a run that began with ${shown(from)}: ${fixed[1]}.`,
      { mend: "Leave it as it is, or start a new run; --adapter <run> starts one from this run's weights." },
    );
  }
}

/** A change as one line: `training.optimizer.learning_rate: 0.001 -> 0.0001`. */
export function describeChange({ path, from, to }: ConfigChange): string {
  return `${path}: ${shown(from)} -> ${shown(to)}`;
}

const fixedBy = (path: string) => FIXED.find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`));

const shown = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));

function differences(before: unknown, after: unknown, path: string): ConfigChange[] {
  if (!isSection(before) || !isSection(after)) {
    return Bun.deepEquals(before, after) ? [] : [{ path, from: before, to: after }];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => differences(before[key], after[key], path ? `${path}.${key}` : key));
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
