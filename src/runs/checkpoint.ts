import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { RunError } from "../errors/index.ts";
import type { CheckpointRecord } from "./records.ts";

const MANIFEST = "manifest.json";
/** Directories being written begin with this; one that is left over belongs to a process that died. */
const UNFINISHED = ".writing-";

const Manifest = v.object({
  step: v.number(),
  createdAt: v.number(),
  /** Paths relative to the checkpoint, with bytes and SHA-256 in hex. */
  files: v.array(v.object({ name: v.string(), bytes: v.number(), sha256: v.string() })),
});
export type CheckpointManifest = v.InferOutput<typeof Manifest>;

/**
 * Writes a checkpoint of a step: `save` fills a directory beside, every file and the directory are fsynced,
 * then it is renamed to `checkpoint-<step>`. It counts once the database names it. When anything fails, a full
 * disk included, what was written is removed and RunError says so; earlier checkpoints are not touched.
 */
export async function writeCheckpoint(
  checkpoints: string,
  step: number,
  save: (directory: string) => Promise<void>,
): Promise<CheckpointRecord> {
  const directory = `checkpoint-${step}`;
  const beside = join(checkpoints, `${UNFINISHED}${directory}-${process.pid}`);
  const target = join(checkpoints, directory);
  try {
    // The run's own directory is not made: where it was taken away, nothing is left in its place.
    if (!existsSync(checkpoints)) mkdirSync(checkpoints);
    rmSync(beside, { recursive: true, force: true });
    mkdirSync(beside);
    await save(beside);
    const createdAt = Date.now();
    const manifest: CheckpointManifest = { step, createdAt, files: await describeFiles(beside) };
    writeFileSync(join(beside, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    for (const name of [...manifest.files.map((file) => file.name), MANIFEST]) fsyncPath(join(beside, name));
    fsyncPath(beside);
    // Not named by the database (or about to be named again with the same step): it may go.
    rmSync(target, { recursive: true, force: true });
    renameSync(beside, target);
    fsyncPath(checkpoints);
    return { step, directory, createdAt, bytes: manifest.files.reduce((sum, file) => sum + file.bytes, 0) };
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw new RunError(`the checkpoint of step ${step} could not be written: ${messageOf(error)}`, {
      mend: "Earlier checkpoints are intact. Free some disk space, then go on with --resume.",
      cause: error,
    });
  }
}

/**
 * Compares a checkpoint with its manifest: every file there, of the right size and hash.
 * Raises RunError that names the file that is missing or differs.
 */
export async function verifyCheckpoint(checkpoints: string, record: CheckpointRecord): Promise<void> {
  const directory = join(checkpoints, record.directory);
  const manifest = readManifest(directory);
  if (manifest.step !== record.step) {
    throw damaged(directory, `it is of step ${manifest.step}, step ${record.step} was expected`);
  }
  for (const file of manifest.files) {
    const path = join(directory, file.name);
    if (!existsSync(path)) throw damaged(directory, `${file.name} is missing`);
    const { size } = statSync(path);
    if (size !== file.bytes)
      throw damaged(directory, `${file.name} has ${size} bytes instead of ${file.bytes}`);
    if ((await sha256(path)) !== file.sha256) throw damaged(directory, `${file.name} has other contents`);
  }
}

/**
 * Removes what no database row names: checkpoints superseded by newer ones, ones written by a process that died
 * before its commit, and ones half-written. Other files are left alone. The names removed.
 */
export function removeStrayCheckpoints(checkpoints: string, named: readonly CheckpointRecord[]): string[] {
  if (!existsSync(checkpoints)) return [];
  const wanted = new Set(named.map((record) => record.directory));
  const stray = readdirSync(checkpoints).filter(
    (name) => name.startsWith(UNFINISHED) || (/^checkpoint-\d+$/.test(name) && !wanted.has(name)),
  );
  for (const name of stray) rmSync(join(checkpoints, name), { recursive: true, force: true });
  return stray;
}

/** The name under which a finished run's last checkpoint is found as well. */
export const FINAL = "checkpoint-final";

/** Makes `checkpoint-final` a link to a checkpoint, or takes the link away: a run that goes on has no end yet. */
export function linkFinal(checkpoints: string, record: CheckpointRecord | null): void {
  const link = join(checkpoints, FINAL);
  rmSync(link, { force: true });
  if (record) symlinkSync(record.directory, link);
}

/** The checkpoint that `checkpoint-final` stands for, such as `checkpoint-20`; null where the run is not finished. */
export function finalDirectory(checkpoints: string): string | null {
  const link = join(checkpoints, FINAL);
  return existsSync(link) ? readlinkSync(link) : null;
}

/** Moves a damaged checkpoint out of the way, to `<name>.damaged`, and keeps it for its owner to look at. */
export function setAside(checkpoints: string, record: CheckpointRecord): void {
  const path = join(checkpoints, record.directory);
  if (!existsSync(path)) return;
  rmSync(`${path}.damaged`, { recursive: true, force: true });
  renameSync(path, `${path}.damaged`);
}

function readManifest(directory: string): CheckpointManifest {
  const path = join(directory, MANIFEST);
  if (!existsSync(path)) throw damaged(directory, `${MANIFEST} is missing`);
  try {
    return v.parse(Manifest, JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw damaged(directory, `${MANIFEST} cannot be read (${messageOf(error)})`);
  }
}

async function describeFiles(directory: string): Promise<CheckpointManifest["files"]> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
  if (names.length === 0) throw new Error("nothing was saved");
  return Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      return { name, bytes: statSync(path).size, sha256: await sha256(path) };
    }),
  );
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Forces a file's or directory's contents to the disk. */
function fsyncPath(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function damaged(directory: string, what: string): RunError {
  return new RunError(`checkpoint ${directory} is damaged: ${what}`, {
    mend: "Resume from an earlier one with --resume checkpoint-N, or start a new run.",
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
