import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { cachedModels } from "../models/cached-models.ts";
import type { ModelAtHand } from "../tui/services.ts";
import { knownModels } from "./known-models.ts";

/** Folders, from where the program is called, in which a model of one's own is looked for. */
const FOLDERS = [".", "models"];

/** Models that a run could start from: those known by name, the Hugging Face cache, and those in the working folder. */
export function modelsAtHand(): ModelAtHand[] {
  const known = knownModels();
  const named = known.map(({ name, about, megabytes, path }): ModelAtHand => {
    const bytes = megabytes > 0 || path === null ? megabytes * 1e6 : weightBytes(path);
    return { source: name, about, bytes, state: path ? "fetched" : "not fetched" };
  });
  const cached = cachedModels().map(({ name, commit, revisions, bytes, complete }): ModelAtHand => {
    const newest = revisions.includes("main");
    return {
      source: newest ? name : `${name}@${commit.slice(0, 12)}`,
      about: `Hugging Face cache, ${[...revisions, commit.slice(0, 8)].join(", ")}`,
      bytes,
      state: complete ? "fetched" : "incomplete",
    };
  });
  const paths = known.map(({ path }) => path);
  // What has a name is not listed by its path too.
  const local = FOLDERS.flatMap(localModels).filter(({ source }) => !paths.includes(resolve(source)));
  return [...named, ...cached, ...local];
}

/** `.gguf` files and directories in Hugging Face's layout. */
function localModels(folder: string): ModelAtHand[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name): ModelAtHand[] => {
    const path = join(folder, name);
    const source = `./${path}`;
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() && name.endsWith(".gguf"))
      return [{ source, about: "file", bytes: found.size, state: "fetched" }];
    if (!found?.isDirectory() || !existsSync(join(path, "config.json"))) return [];
    const bytes = weightBytes(path);
    if (bytes === 0 || existsSync(join(path, "run.sqlite"))) return [];
    const whole = existsSync(join(path, "tokenizer.json"));
    return [{ source, about: "directory", bytes, state: whole ? "fetched" : "incomplete" }];
  });
}

/** Of the weight files of a directory in Hugging Face's layout. */
function weightBytes(directory: string): number {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".safetensors"))
    .reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
}
