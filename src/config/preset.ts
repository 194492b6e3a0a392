import { readdirSync, readFileSync } from "node:fs";
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

export interface PresetInfo {
  name: string;
  /** What it is for, one line: the comment that its file begins with. */
  about: string;
}

/** The shipped presets with their descriptions, by name. */
export function presets(): PresetInfo[] {
  return presetNames().map((name) => {
    const [first = ""] = readFileSync(presetPath(name), "utf8").split("\n", 1);
    return { name, about: first.replace(/^#\s*/, "").trim() };
  });
}
