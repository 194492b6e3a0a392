import { mkdir, rm, statfs, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exclusively } from "../cache/lock.ts";
import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { ModelLoadError } from "../errors/index.ts";
import { fetchBlob, partialPath, sizeOf } from "./hub-blob.ts";
import { hubCacheDirectory, repositoryFolder } from "./hub-cache.ts";
import { HubClient, type HubFile } from "./hub-client.ts";
import { type HubRepository, repositoryLabel } from "./hub-repository.ts";
import { diskFull, storageError } from "./hub-storage-error.ts";
import { COMPANIONS, INDEX_FILE, parseWeightIndex, SINGLE_FILE } from "./model-files.ts";

/**
 * Brings what is missing of a revision into the Hugging Face cache and returns the snapshot's path. A download
 * that was cut off goes on where it ended; every file is checked by its hash. Throws ModelLoadError for what the
 * hub refuses or lacks, SetupError for the network, the disk and damaged contents.
 */
export async function downloadSnapshot(
  repository: HubRepository,
  onProgress?: OnDownloadProgress,
): Promise<string> {
  const client = new HubClient(repository);
  const folder = repositoryFolder(repository.name);
  const lock = join(hubCacheDirectory(), ".locks", `models--${repository.name.replaceAll("/", "--")}`);
  try {
    await mkdir(folder, { recursive: true });
    return await exclusively(lock, async () => {
      const commit = await client.commit();
      const download = new SnapshotDownload(client, commit, folder, onProgress);
      await download.run(await client.files(commit));
      if (repository.revision !== commit) {
        const reference = join(folder, "refs", repository.revision);
        await mkdir(dirname(reference), { recursive: true });
        await writeFile(reference, commit);
      }
      return download.snapshot;
    });
  } catch (error) {
    throw storageError(error);
  }
}

/** The files of one commit on their way into the cache, and how far they are in all. */
class SnapshotDownload {
  readonly snapshot: string;
  #done = 0;
  #total = 0;

  constructor(
    private readonly client: HubClient,
    private readonly commit: string,
    private readonly folder: string,
    private readonly onProgress?: OnDownloadProgress,
  ) {
    this.snapshot = join(folder, "snapshots", commit);
  }

  /** Fetches what a model needs of the repository's files; an index first, since it names the shards. */
  async run(files: readonly HubFile[]): Promise<void> {
    const index = files.find(({ path }) => path === INDEX_FILE);
    if (index) await this.#fetch([index]);
    const weights = index ? await this.#shards() : [SINGLE_FILE];
    await this.#fetch([
      ...files.filter(({ path }) => COMPANIONS.has(path)),
      ...weights.map((name) => files.find(({ path }) => path === name) ?? this.#lacks(name, files)),
    ]);
  }

  async #shards(): Promise<string[]> {
    const index = join(this.snapshot, INDEX_FILE);
    return [...new Set(parseWeightIndex(await Bun.file(index).text(), index).values())];
  }

  #lacks(name: string, files: readonly HubFile[]): never {
    const weights = files
      .map(({ path }) => path)
      .filter((path) => /\.(bin|gguf|h5|pth?|safetensors)$/.test(path));
    throw new ModelLoadError(`${repositoryLabel(this.client.repository)} has no ${name}.`, {
      mend:
        weights.length > 0
          ? `It holds ${weights.slice(0, 4).join(", ")}. Take a repository with ${SINGLE_FILE} or its index, or download a .gguf file and name its path.`
          : "Name a repository that holds a model's weights.",
    });
  }

  async #fetch(files: readonly HubFile[]): Promise<void> {
    await mkdir(join(this.folder, "blobs"), { recursive: true });
    await mkdir(this.snapshot, { recursive: true });
    const absent: HubFile[] = [];
    for (const file of files) if ((await sizeOf(this.#blob(file))) !== file.bytes) absent.push(file);
    if (absent.length > 0) await this.#begin(absent);
    for (const file of absent) {
      const { client, commit } = this;
      await fetchBlob({ client, commit, file }, this.#blob(file), (bytes) => this.#report(bytes));
    }
    for (const file of files) await this.#link(file);
  }

  #blob({ hash }: HubFile): string {
    return join(this.folder, "blobs", hash);
  }

  /** Counts what is to come, and sees that the disk has room for it. */
  async #begin(files: readonly HubFile[]): Promise<void> {
    for (const file of files) {
      this.#total += file.bytes;
      this.#done += (await sizeOf(partialPath(this.#blob(file)))) ?? 0;
    }
    const { bavail, bsize } = await statfs(this.folder);
    const [needed, free] = [this.#total - this.#done, bavail * bsize];
    if (needed > free) throw diskFull(`${megabytes(needed)} are to come and ${megabytes(free)} are free`);
    this.#report(0);
  }

  #report(bytes: number): void {
    this.#done += bytes;
    const label = repositoryLabel(this.client.repository);
    this.onProgress?.({ label, done: this.#done, total: this.#total, unit: "bytes" });
  }

  /** Links a file of the snapshot to its blob; the path is relative, so that the cache can be moved. */
  async #link(file: HubFile): Promise<void> {
    const pointer = join(this.snapshot, file.path);
    if ((await sizeOf(pointer)) === file.bytes) return;
    await rm(pointer, { force: true });
    await symlink(join("..", "..", "blobs", file.hash), pointer);
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
