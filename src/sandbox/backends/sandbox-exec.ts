import { join } from "node:path";
import type { Policy } from "../policy.ts";
import { type Backend, type Host, program } from "./backend.ts";

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

/**
 * Limits that hold from before the launcher. A Mac has no limit on address space that it heeds: memory, as CPU time,
 * is watched by the host. `-f 0`: no byte is written to a file.
 */
const WITH_LIMITS = 'ulimit -t "$1" && ulimit -n "$2" && ulimit -f 0 && shift 2 && exec "$@"';

function limits(policy: Policy): string[] {
  return ["/bin/sh", "-c", WITH_LIMITS, "limits", `${policy.mostCpuSeconds + 2}`, `${policy.descriptors}`];
}

export const sandboxExec: Backend = {
  name: "sandbox-exec",
  programs: ["sandbox-exec"],
  filters: 0,
  files: (host) => [{ name: PROFILE, content: seatbeltProfile(host) }],
  launch: (host, policy, python) => ({
    command: [
      ...limits(policy),
      program(host, "sandbox-exec"),
      "-f",
      join(host.directory, PROFILE),
      ...python,
    ],
  }),
};
