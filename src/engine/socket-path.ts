import { createHash } from "node:crypto";
import { lstatSync, mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { RunError } from "../errors/index.ts";

/** Longest path that a Unix socket's address holds everywhere, bytes: macOS has 104 with the end mark. */
const MAX_PATH = 100;

/**
 * Where a run's control socket is: `control.sock` in its directory, or, where that path is too long for a socket
 * address, a file named by the path's hash in a folder of this user's own under the system's temporary one.
 * Viewers read the path from the run database. Raises RunError when that folder belongs to somebody else.
 */
export function socketPath(runPath: string, temporary = tmpdir()): string {
  const direct = join(runPath, "control.sock");
  if (Buffer.byteLength(direct) <= MAX_PATH) return direct;
  const { uid } = userInfo();
  const folder = join(temporary, `azr-tui-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new RunError(`${folder} is not a folder that only this user can enter`, {
      mend: `Remove it, or give the run a path of at most ${MAX_PATH - "/control.sock".length} bytes.`,
    });
  }
  const hash = createHash("sha256").update(runPath).digest("hex").slice(0, 16);
  return join(folder, `${hash}.sock`);
}
