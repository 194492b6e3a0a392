import { homedir } from "node:os";
import { join } from "node:path";

/** `owner/name`, as the Hugging Face hub spells repositories. */
export function isRepositoryId(source: string): boolean {
  return /^[\w-]+(\.[\w-]+)*\/[\w.-]+$/.test(source) && !source.includes("..");
}

/**
 * Directory of a repository's snapshot in the standard Hugging Face cache (`HF_HUB_CACHE`, `HF_HOME`), or
 * undefined where it has not been downloaded.
 */
export async function cachedSnapshot(repository: string, revision = "main"): Promise<string | undefined> {
  const home =
    process.env.HF_HOME ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "huggingface");
  const hub = process.env.HF_HUB_CACHE ?? join(home, "hub");
  const folder = join(hub, `models--${repository.replaceAll("/", "--")}`);
  const reference = Bun.file(join(folder, "refs", revision));
  const commit = (await reference.exists()) ? (await reference.text()).trim() : revision;
  const snapshot = join(folder, "snapshots", commit);
  return (await Bun.file(join(snapshot, "config.json")).exists()) ? snapshot : undefined;
}
