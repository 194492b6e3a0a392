import { readdirSync } from "node:fs";
import { join } from "node:path";

const DIRECTORY = join(import.meta.dir, "..", "..", "presets");

/** Names of the shipped presets: the YAML files of `presets/`. */
export function presetNames(): string[] {
  return readdirSync(DIRECTORY)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.slice(0, -".yaml".length))
    .sort();
}

export function presetPath(name: string): string {
  return join(DIRECTORY, `${name}.yaml`);
}
