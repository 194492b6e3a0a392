import * as v from "valibot";
import { stringify } from "yaml";
import { type Config, ConfigSchema } from "../../config/schema.ts";

/** A config as YAML. */
export const settingsText = (config: Config): string => stringify(config);

/** The settings that are not the defaults, by dotted key, as YAML values on one line. */
export function changedSettings(config: Config): [key: string, value: string][] {
  const defaults = new Map(leaves(v.parse(ConfigSchema, {})));
  return leaves(config).flatMap(([key, value]) => {
    const shown = JSON.stringify(value);
    return JSON.stringify(defaults.get(key)) === shown ? [] : [[key, shown]];
  });
}

function leaves(node: unknown, path = ""): [string, unknown][] {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [[path, node]];
  return Object.entries(node).flatMap(([key, child]) => leaves(child, path ? `${path}.${key}` : key));
}
