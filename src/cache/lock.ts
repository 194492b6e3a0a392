import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { lock } from "proper-lockfile";

/**
 * Runs `body` while no other process (or caller in this one) holds the lock at `path`, waiting as long as it
 * takes. A lock whose holder died is taken over after 20 seconds.
 */
export async function exclusively<T>(path: string, body: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  let lost: Error | undefined;
  const release = await lock(path, {
    realpath: false,
    stale: 20_000,
    update: 5_000,
    retries: { forever: true, minTimeout: 100, maxTimeout: 500 },
    onCompromised: (error) => {
      lost = error;
    },
  });
  try {
    return await body();
  } finally {
    if (!lost) await release();
  }
}
