import { join } from "node:path";
import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { ModelLoadError } from "../errors/index.ts";
import { sizeOf } from "../hub/blob.ts";
import { repositoryFolder } from "../hub/cache.ts";
import { HubClient, type HubFile } from "../hub/client.ts";
import { type HubRepository, repositoryLabel } from "../hub/repository.ts";
import { downloadSnapshot, type SnapshotDownload } from "../hub/snapshot.ts";
import { COMPANIONS, INDEX_FILE, parseWeightIndex, SINGLE_FILE } from "./model-files.ts";

/** Brings what a model needs of a revision into the Hugging Face cache and returns the snapshot's path. */
export async function downloadModel(
  repository: HubRepository,
  onProgress?: OnDownloadProgress,
): Promise<string> {
  return await downloadSnapshot(repository, fetchModel, { onProgress });
}

/**
 * Bytes that `downloadModel` would bring, without what the cache has of them already. Throws ModelLoadError and
 * SetupError as it does.
 */
export async function downloadSize(repository: HubRepository): Promise<number> {
  const client = new HubClient(repository);
  const commit = await client.commit();
  const files = await client.files(commit);
  const index = files.some(({ path }) => path === INDEX_FILE)
    ? await (await client.open(commit, INDEX_FILE)).text()
    : null;
  const label = repositoryLabel(repository);
  const weights =
    index === null ? [SINGLE_FILE] : new Set(parseWeightIndex(index, `${label}/${INDEX_FILE}`).values());
  for (const name of weights) if (!files.some(({ path }) => path === name)) lacks(label, name, files);
  const wanted = new Set([...COMPANIONS, ...weights, ...(index === null ? [] : [INDEX_FILE])]);
  let bytes = 0;
  for (const file of files.filter(({ path }) => wanted.has(path))) {
    const have = await sizeOf(join(repositoryFolder(repository), "blobs", file.hash));
    bytes += file.bytes - (have ?? 0);
  }
  return bytes;
}

/** An index first, since it names the shards. */
async function fetchModel(download: SnapshotDownload, files: readonly HubFile[]): Promise<void> {
  const index = files.find(({ path }) => path === INDEX_FILE);
  if (index) await download.fetch([index]);
  const weights = index ? await shards(download) : [SINGLE_FILE];
  const label = repositoryLabel(download.client.repository);
  await download.fetch([
    ...files.filter(({ path }) => COMPANIONS.has(path)),
    ...weights.map((name) => files.find(({ path }) => path === name) ?? lacks(label, name, files)),
  ]);
}

async function shards({ snapshot }: SnapshotDownload): Promise<string[]> {
  const index = join(snapshot, INDEX_FILE);
  return [...new Set(parseWeightIndex(await Bun.file(index).text(), index).values())];
}

function lacks(label: string, name: string, files: readonly HubFile[]): never {
  const weights = files
    .map(({ path }) => path)
    .filter((path) => /\.(bin|gguf|h5|pth?|safetensors)$/.test(path));
  throw new ModelLoadError(`${label} has no ${name}.`, {
    mend:
      weights.length > 0
        ? `It holds ${weights.slice(0, 4).join(", ")}. Take a repository with ${SINGLE_FILE} or its index, or download a .gguf file and name its path.`
        : "Name a repository that holds a model's weights.",
  });
}
