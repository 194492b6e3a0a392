import { mkdir, rm, statfs, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { exclusively } from "../cache/lock.ts";
import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { fetchBlob, partialPath, sizeOf } from "./blob.ts";
import { hubCacheDirectory, repositoryFolder, repositoryKey } from "./cache.ts";
import { HubClient, type HubFile } from "./client.ts";
import { type HubRepository, repositoryLabel } from "./repository.ts";
import { diskFull, storageError } from "./storage-error.ts";

/**
 * Brings files of a revision into the Hugging Face cache and returns the snapshot's path; `choose` fetches those that
 * are wanted of all there are. A download that was cut off goes on where it ended; every file is checked by its hash.
 * Throws ModelLoadError for what the hub refuses, SetupError for the network, the disk and damaged contents.
 */
export async function downloadSnapshot(
  repository: HubRepository,
  choose: (download: SnapshotDownload, files: readonly HubFile[]) => Promise<void>,
  {
    recursive = false,
    onProgress,
  }: { recursive?: boolean; onProgress?: OnDownloadProgress | undefined } = {},
): Promise<string> {
  const client = new HubClient(repository);
  const folder = repositoryFolder(repository);
  const lock = join(hubCacheDirectory(), ".locks", repositoryKey(repository));
  try {
    await mkdir(folder, { recursive: true });
    return await exclusively(lock, async () => {
      const commit = await client.commit();
      const download = new SnapshotDownload(client, commit, folder, onProgress);
      await choose(download, await client.files(commit, { recursive }));
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
export class SnapshotDownload {
  readonly snapshot: string;
  #done = 0;
  #total = 0;

  constructor(
    readonly client: HubClient,
    private readonly commit: string,
    private readonly folder: string,
    private readonly onProgress?: OnDownloadProgress | undefined,
  ) {
    this.snapshot = join(folder, "snapshots", commit);
  }

  /** Fetches what is not there yet, and links it. */
  async fetch(files: readonly HubFile[]): Promise<void> {
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
    await mkdir(dirname(pointer), { recursive: true });
    await rm(pointer, { force: true });
    await symlink(relative(dirname(pointer), this.#blob(file)), pointer);
  }
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
