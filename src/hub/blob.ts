import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat, writeFile } from "node:fs/promises";
import { ModelLoadError, SetupError } from "../errors/index.ts";
import type { HubClient, HubFile } from "./client.ts";
import { isStorageError } from "./storage-error.ts";

/** Longest time without a byte of a file, milliseconds. */
const STALLED_MS = 60_000;
/** Tries in a row that bring nothing, after which the network is said to be down. */
const BARREN_TRIES = 3;

/** Where a file lies until it is whole: the next download goes on from there. */
export const partialPath = (blob: string): string => `${blob}.incomplete`;

/** Bytes of a file; null where there is none. */
export async function sizeOf(path: string): Promise<number | null> {
  return await stat(path).then(
    ({ size }) => size,
    () => null,
  );
}

/**
 * Brings one file of a commit to `blob`, from where an earlier download ended, and checks its hash. `onBytes` is
 * told of every piece, and of a negative number where what had come is thrown away.
 */
export async function fetchBlob(
  { client, commit, file }: { client: HubClient; commit: string; file: HubFile },
  blob: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const partial = partialPath(blob);
  const began = (await sizeOf(partial)) ?? 0;
  if (began > file.bytes) {
    onBytes(-began);
    await rm(partial);
  }
  if (file.bytes === 0) await writeFile(partial, "");
  let [have, barren] = [(await sizeOf(partial)) ?? 0, 0];
  while (have < file.bytes) {
    const failure = await append({ client, commit, file }, partial, have, onBytes);
    const now = (await sizeOf(partial)) ?? 0;
    barren = now > have ? 0 : barren + 1;
    have = now;
    if (barren === BARREN_TRIES) throw client.unreachable(failure ?? `${file.path} ends early`);
    if (barren > 0) await Bun.sleep(300 * 2 ** barren);
  }
  if (have !== file.bytes || (await hashOf(partial, file)) !== file.hash) {
    await rm(partial);
    throw new SetupError(
      `${file.path} of ${client.repository.name} came damaged: its hash is not ${file.hash}.`,
      {
        mend: "Run again; if it stays, check the proxy or mirror that HF_ENDPOINT names.",
      },
    );
  }
  await rename(partial, blob);
}

/** Adds what comes to the partial file. Returns why it ended early, where another try may help. */
async function append(
  { client, commit, file }: { client: HubClient; commit: string; file: HubFile },
  partial: string,
  from: number,
  onBytes: (bytes: number) => void,
): Promise<unknown> {
  const stalled = new AbortController();
  const wait = () => setTimeout(() => stalled.abort(), STALLED_MS);
  let timer = wait();
  let output: Awaited<ReturnType<typeof open>> | undefined;
  try {
    const response = await client.open(commit, file.path, { from }, stalled.signal);
    const goesOn = response.status === 206;
    if (!goesOn) onBytes(-from);
    output = await open(partial, goesOn ? "a" : "w");
    for await (const chunk of response.body ?? []) {
      clearTimeout(timer);
      timer = wait();
      await output.write(chunk);
      onBytes(chunk.byteLength);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ModelLoadError || isStorageError(error)) throw error;
    return stalled.signal.aborted ? `nothing came for ${STALLED_MS / 1000} seconds` : error;
  } finally {
    clearTimeout(timer);
    await output?.close();
  }
}

/** SHA-256 of the contents, or git's SHA-1 of a header and the contents: whichever the hub named. */
async function hashOf(path: string, { hash, bytes }: HubFile): Promise<string> {
  const digest = createHash(hash.length === 64 ? "sha256" : "sha1");
  if (hash.length === 40) digest.update(`blob ${bytes}\0`);
  for await (const chunk of createReadStream(path)) digest.update(chunk);
  return digest.digest("hex");
}
