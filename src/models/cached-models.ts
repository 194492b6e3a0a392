import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { cachedSnapshot, hubCacheDirectory } from "../hub/cache.ts";
import { parseRepository } from "../hub/repository.ts";
import { missingWeightFiles } from "./model-files.ts";

/**
 * `owner/name@commit` for a repo id that the cache has, so that it names the same weights after a newer commit was
 * pulled; any other source as it is.
 */
export function pinnedSource(source: string): string {
  const repository = existsSync(source) ? undefined : parseRepository(source);
  const snapshot = repository && cachedSnapshot(repository);
  return repository && snapshot ? `${repository.name}@${basename(snapshot)}` : source;
}

/** What a snapshot lacks to be loaded: names of files. */
export function missingFiles(snapshot: string): string[] {
  const absent = ["config.json", "tokenizer.json"].filter((file) => !existsSync(join(snapshot, file)));
  return [...absent, ...missingWeightFiles(snapshot)];
}

export interface CachedModel {
  /** `owner/name`. */
  name: string;
  commit: string;
  /** Branches and tags that stood for this commit when they were asked for. */
  revisions: string[];
  path: string;
  /** Of the files that the snapshot links to. */
  bytes: number;
  /** Whether it can be loaded as it is. */
  complete: boolean;
}

/** Snapshots of models in the cache that hold a config.json, by name. */
export function cachedModels(): CachedModel[] {
  return folders(hubCacheDirectory())
    .filter((folder) => folder.startsWith("models--"))
    .flatMap(snapshotsOf)
    .sort((a, b) => a.name.localeCompare(b.name) || a.commit.localeCompare(b.commit));
}

function snapshotsOf(folder: string): CachedModel[] {
  const root = join(hubCacheDirectory(), folder);
  const references = filesBelow(join(root, "refs")).map((revision) => ({
    revision,
    commit: readFileSync(join(root, "refs", revision), "utf8").trim(),
  }));
  return folders(join(root, "snapshots")).flatMap((commit) => {
    const path = join(root, "snapshots", commit);
    if (!existsSync(join(path, "config.json"))) return [];
    return {
      name: folder.slice("models--".length).replace("--", "/"),
      commit,
      revisions: references.filter((one) => one.commit === commit).map(({ revision }) => revision),
      path,
      bytes: filesBelow(path).reduce((sum, file) => sum + statSync(join(path, file)).size, 0),
      complete: missingFiles(path).length === 0,
    };
  });
}

function folders(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

/** Paths of the files in a directory and in those inside it; links that lead nowhere are left out. */
function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) =>
    isFile(join(directory, file)),
  );
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
