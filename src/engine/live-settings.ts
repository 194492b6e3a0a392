import type { Config } from "../config/schema.ts";
import { evaluates } from "../config/sections/evaluation.ts";
import { AzrError } from "../errors/index.ts";
import type { RunDatabase } from "../runs/database.ts";
import type { EventLevel } from "../runs/records.ts";
import { setTotalSteps } from "../runs/state.ts";
import type { Assembly } from "./assembly.ts";
import type { EngineParts } from "./parts.ts";
import type { RunLog } from "./run-log.ts";
import type { RunPosition } from "./run-position.ts";
import type { RunSettings } from "./run-settings.ts";

export interface LiveSettingsOptions {
  settings: RunSettings;
  position: RunPosition;
  database: RunDatabase;
  parts: Pick<EngineParts, "prepareEvaluation">;
  lines: RunLog;
  log: (level: EventLevel, source: string, message: string) => void;
  /** Aborted when the run is to end. */
  signal: AbortSignal;
}

/** Settings that viewers change while the run is trained: checked when they are given, in force with a later step. */
export class LiveSettings {
  constructor(private readonly options: LiveSettingsOptions) {}

  /** The settings that come into force with the next step and are not yet. */
  get due(): Config | null {
    return this.options.settings.due(this.options.position.finished + 1);
  }

  /** Changes a setting from the next step on, its value as `--set` writes it; what changed. Raises an AzrError. */
  async set(key: string, value: string, by: string, assembly: Assembly): Promise<string> {
    const { settings, position, parts, lines } = this.options;
    const { evaluation } = settings.newest;
    const changed = settings.changed(key, value, position.begun);
    assembly.check(changed);
    const wanted = changed.evaluation;
    // Now, while it can be refused: data that is missing when a step is to be measured would end the run.
    if (
      evaluates(wanted) &&
      !(evaluates(evaluation) && Bun.deepEquals(wanted.benchmarks, evaluation.benchmarks))
    )
      await parts.prepareEvaluation(wanted.benchmarks);
    // Steps may have gone by.
    const { begun } = position;
    const said = settings.plan(settings.changed(key, value, begun), { step: begun + 1, by });
    lines.tell("info", "config", `${said} (${by})`);
    return said;
  }

  /** Puts settings in force. Where that fails, the run goes on with those that it has. */
  async adopt(config: Config, assembly: Assembly): Promise<void> {
    const { settings, position, database, log, signal } = this.options;
    try {
      await assembly.adopt(config);
      log("info", "config", `in force from now on: ${settings.adopt(config)}`);
    } catch (error) {
      if (!(error instanceof AzrError) || signal.aborted) throw error;
      log("error", "config", `the settings stay as they are: ${error.message}`);
      settings.reject(position.finished + 1);
      return;
    }
    setTotalSteps(database, assembly.trainer.steps);
  }
}
