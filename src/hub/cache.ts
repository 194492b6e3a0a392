import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { HubRepository } from "./repository.ts";

/**
 * The cache that all of Hugging Face's libraries share (data sets in `datasets--owner--name`):
 *
 *   models--owner--name/blobs/<sha>                  contents, by their hash
 *   models--owner--name/snapshots/<commit>/<file>    links to the blobs
 *   models--owner--name/refs/<revision>              the commit that a branch or tag stood for
 */
export function hubCacheDirectory(): string {
  const { HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE } = process.env;
  const given = HF_HUB_CACHE || HUGGINGFACE_HUB_CACHE;
  return given ? fromHome(given) : join(hubHome(), "hub");
}

/** Where Hugging Face's libraries keep their files: the cache, and the token of `hf auth login`. */
export function hubHome(): string {
  const { HF_HOME, XDG_CACHE_HOME } = process.env;
  return HF_HOME ? fromHome(HF_HOME) : join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");
}

/** `~` is the home directory here too where a configuration file wrote it and no shell read it. */
const fromHome = (path: string): string => path.replace(/^~(?=\/|$)/, homedir());

/** `models--owner--name`, `datasets--owner--name`. */
export function repositoryKey({ name, type = "model" }: Pick<HubRepository, "name" | "type">): string {
  return `${type}s--${name.replaceAll("/", "--")}`;
}

export function repositoryFolder(repository: Pick<HubRepository, "name" | "type">): string {
  return join(hubCacheDirectory(), repositoryKey(repository));
}

/** The snapshot that the cache has of a revision, complete or not; undefined where it has none. */
export function cachedSnapshot(repository: HubRepository): string | undefined {
  const { revision } = repository;
  const folder = repositoryFolder(repository);
  const reference = join(folder, "refs", revision);
  const commit = isFile(reference) ? readFileSync(reference, "utf8").trim() : revision;
  const snapshot = join(folder, "snapshots", commit);
  return commit !== "" && existsSync(snapshot) ? snapshot : undefined;
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
