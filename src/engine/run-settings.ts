import { checkLiveChanges, configChanges, describeChange } from "../config/change.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors/index.ts";
import { checkBestFigure } from "../runs/best-figure.ts";
import { changeSettings, type PlannedConfig } from "../runs/change-config.ts";
import type { RunDatabase } from "../runs/database.ts";
import type { RunDirectory } from "../runs/run-directory.ts";
import type { DatedConfig } from "../runs/settings.ts";

/** The settings of a run while it is trained: those in force, and those that come into force at a later step. */
export class RunSettings {
  #current: Config;
  #later: DatedConfig[];

  constructor(
    private readonly run: RunDirectory,
    private readonly database: RunDatabase,
    planned: PlannedConfig,
  ) {
    this.#current = planned.config;
    this.#later = [...planned.later];
  }

  get current(): Config {
    return this.#current;
  }

  /** The last ones that were asked for, in force or not. */
  get newest(): Config {
    return this.#later.at(-1)?.config ?? this.#current;
  }

  /**
   * What the settings would be with a key changed, its value as `--set` writes it. The run cannot have fewer steps than
   * have `begun`. Raises ConfigError with the reason where they cannot be.
   */
  changed(key: string, value: string, begun: number): Config {
    if (!/^[a-z_0-9]+(\.[a-z_0-9]+)*$/.test(key)) {
      throw new ConfigError(`"${key}" is no key of the configuration.`, {
        mend: "For example training.optimizer.learning_rate 1e-5",
      });
    }
    const config = this.withValue(key, value);
    const changes = configChanges(this.newest, config);
    if (changes.length === 0) throw new ConfigError(`${key} is ${value} already.`);
    checkLiveChanges(changes);
    checkBestFigure(config);
    if (config.steps < begun)
      throw new ConfigError(`steps cannot become ${config.steps}: step ${begun} has begun.`);
    return config;
  }

  /** A viewer's key and value are no option of a command line, and the screen lists what there is. */
  private withValue(key: string, value: string): Config {
    const assignment = `${key}=${value}`;
    try {
      return loadConfig({ base: this.newest, set: [assignment] });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const text = error.message.replaceAll(` (--set ${assignment})`, "");
      throw new ConfigError(text.replaceAll(`--set ${assignment}: `, ""));
    }
  }

  /** Stores them; they replace those that were to come into force later. What changed, in words. */
  plan(config: Config, { step, by }: { step: number; by: string }): string {
    const said = changeSettings(this.run, this.database, { config, step, by });
    this.#later = [...this.#later.filter((one) => one.step < step), { step, config }];
    return said;
  }

  /** The settings that come into force with a step and are not yet; null where none do. */
  due(step: number): Config | null {
    return this.#later.findLast((one) => one.step <= step)?.config ?? null;
  }

  /** They are in force from now on; what changed, in words. */
  adopt(config: Config): string {
    const changes = configChanges(this.#current, config).map(describeChange);
    this.#current = config;
    this.#later = this.#later.slice(this.#later.findLastIndex((one) => one.config === config) + 1);
    return changes.join("; ");
  }

  /** Goes on with the settings in force: those that come with `step` cannot be had. */
  reject(step: number): void {
    changeSettings(this.run, this.database, { config: this.#current, step, by: "not to be had" });
    this.#later = [];
  }
}
