import type { Command } from "commander";
import type { Config } from "../config/schema.ts";

export interface ConfigOptions {
  preset?: string;
  config?: string;
  set?: string[];
}

/** The options that name a configuration, the same for every command that takes one. */
export function addConfigOptions(command: Command): Command {
  return command
    .option("--preset <name>", "start from a shipped preset (azr-tui presets lists them)")
    .option("--config <file>", "YAML file, laid over the preset")
    .option("--set <key=value>", "one setting, laid over both; may be repeated", collect);
}

/** Parser of an option that may be repeated. */
export const collect = (value: string, all: string[] = []): string[] => [...all, value];

/**
 * The resolved configuration; ConfigError when it is wrong. `overrides` by dotted key are laid on top, and all of it
 * over `base` where there is one.
 */
export async function readConfig(
  options: ConfigOptions,
  overrides: Readonly<Record<string, string | number>> = {},
  base?: Config,
): Promise<Config> {
  const { loadConfig } = await import("../config/load.ts");
  const assignments = Object.entries(overrides).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return loadConfig({
    base,
    preset: options.preset,
    file: options.config,
    set: [...(options.set ?? []), ...assignments],
  });
}
