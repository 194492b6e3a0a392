import type { Dirent } from "node:fs";
import { readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Bytes that a run takes, by what they are, and what its disk has left. */
export interface DiskUse {
  database: number;
  checkpoints: number;
  /** Everything else: logs, samples of evaluations, exports. */
  rest: number;
  free: number;
}

/** Walks a run's directory. What goes away meanwhile is not counted. */
export async function diskUse(directory: string): Promise<DiskUse> {
  const use: DiskUse = { database: 0, checkpoints: 0, rest: 0, free: 0 };
  for (const entry of await entriesOf(directory)) {
    const bytes = await bytesOf(directory, entry);
    if (entry.name.startsWith("run.sqlite")) use.database += bytes;
    else if (entry.name === "checkpoints") use.checkpoints += bytes;
    else use.rest += bytes;
  }
  const { bavail, bsize } = await statfs(directory);
  return { ...use, free: bavail * bsize };
}

async function bytesOf(directory: string, entry: Dirent): Promise<number> {
  const path = join(directory, entry.name);
  if (!entry.isDirectory()) return await sizeOf(path);
  let bytes = 0;
  for (const inner of await entriesOf(path)) bytes += await bytesOf(path, inner);
  return bytes;
}

const entriesOf = (directory: string): Promise<Dirent[]> =>
  readdir(directory, { withFileTypes: true }).catch(absent([]));

const sizeOf = (path: string): Promise<number> => stat(path).then(({ size }) => size, absent(0));

/** Takes the place of what is not there any more; other errors are thrown on. */
function absent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
