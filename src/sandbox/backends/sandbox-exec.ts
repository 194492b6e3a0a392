import { join } from "node:path";
import type { Backend, Host } from "./backend.ts";

const PROFILE = "sandbox-exec.sb";

/** A path as a string of the profile language. */
function quoted(path: string): string {
  return `"${path.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/**
 * The Seatbelt profile: deny by default, one process, no network, no writes, and reads only of the interpreter
 * and the system's libraries.
 */
export function seatbeltProfile(host: Host): string {
  const roots = host.interpreter.roots.map((root) => `(subpath ${quoted(root)})`).join(" ");
  return `(version 1)
(deny default)
(import "dyld-support.sb")
(allow process-exec (literal ${quoted(host.interpreter.path)}))
(deny process-fork)
(allow process-info* (target self))
(allow signal (target self))
(allow sysctl-read)
(allow file-read-metadata)
(allow file-read* (literal "/") (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random") (literal "/dev/urandom"))
(allow file-read* file-map-executable
  ${roots}
  (subpath "/usr/lib") (subpath "/System/Library") (subpath "/Library/Apple")
  (subpath "/System/Volumes/Preboot/Cryptexes"))
(allow file-read* (subpath "/usr/share/zoneinfo") (subpath "/private/var/db/timezone") (subpath "/usr/share/locale"))
(allow file-write-data (literal "/dev/null"))
(deny network*)
(deny file-write* (require-not (literal "/dev/null")))
(deny mach-lookup)
(deny ipc-posix*)
(deny iokit-open)
`;
}

export const sandboxExec: Backend = {
  name: "sandbox-exec",
  executable: "sandbox-exec",
  filters: 0,
  files: (host) => [{ name: PROFILE, content: seatbeltProfile(host) }],
  launch: (host, _policy, python) => ({
    command: ["sandbox-exec", "-f", join(host.directory, PROFILE), ...python],
  }),
};
