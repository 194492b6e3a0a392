import { join } from "node:path";
import { MEMORY_RESERVE_BYTES, type Policy } from "../policy.ts";
import { type Backend, type Host, program } from "./backend.ts";
import { filteredArchitecture, seccompFilter } from "./seccomp.ts";

const PROFILE = "firejail.profile";

/** What python needs of the root and of /usr, and what has a rule of its own. */
const KEPT = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/dev", "/run"];
const USR_KEPT = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"];

/**
 * The profile: everything at the root and in /usr hidden except what python needs. firejail expands the patterns at
 * each start, so that what came after the pool was opened is hidden from every worker that starts later; of /run only
 * firejail's own is there at all. No includes, so that nothing depends on what the distribution ships.
 */
export function firejailProfile(host: Host, policy: Policy): string {
  const leading = host.interpreter.roots.flatMap((root) => {
    const [, first, second] = root.split("/");
    return first === "usr" ? [`/usr/${second}`] : [`/${first}`];
  });
  const kept = [...new Set([...KEPT, ...USR_KEPT, ...leading])];
  return `${[
    "# Generated for this host by azr-tui.",
    "quiet",
    "net none",
    "caps.drop all",
    "nonewprivs",
    "nogroups",
    "ipc-namespace",
    // Its default list, compiled ahead. A list of ours costs two helper processes at each start, and all of it is in
    // the filter that the worker puts on itself before it says hello.
    "seccomp",
    // Without it the list holds for 64-bit calls only: `int 0x80` still forks and opens sockets.
    "seccomp.block-secondary",
    "private-dev",
    "dbus-user none",
    "dbus-system none",
    "blacklist /dev/shm",
    "blacklist /dev/mqueue",
    "blacklist /dev/pts",
    "blacklist /dev/ptmx",
    ...kept.map((path) => `noblacklist ${path}`),
    "blacklist /*",
    "blacklist /usr/*",
    // Firejail's own rules hold for the system's directories alone: an interpreter elsewhere may be the user's own, and
    // what a program writes into it would run on the host when the next pool is opened. A rule for each of its files
    // besides, since one for a directory does not reach into what is mounted below it.
    ...[...new Set([...leading, ...host.interpreter.roots])].map((path) => `read-only ${path}`),
    // A path that is not there: nothing of the host's /run is.
    "whitelist /run/azr-tui-nothing",
    ...host.beside.map((path) => `blacklist ${path}`),
    // Names of this machine, and of the pool's directory.
    "hostname sandbox",
    "blacklist /proc/sys/kernel/random",
    "blacklist /proc/1/cmdline",
    "blacklist /proc/cmdline",
    `rlimit-as ${policy.memoryBytes + MEMORY_RESERVE_BYTES}`,
    `rlimit-cpu ${policy.mostCpuSeconds + 2}`,
    `rlimit-fsize ${policy.fileBytes}`,
    `rlimit-nofile ${policy.descriptors}`,
    "rlimit-sigpending 64",
    "deterministic-exit-code",
    // Here and not in the environment: the loader takes it away from a set-uid launcher.
    ...(host.interpreter.libraries.length > 0
      ? [`env LD_LIBRARY_PATH=${host.interpreter.libraries.join(":")}`]
      : []),
  ].join("\n")}\n`;
}

/**
 * The parent of firejail. The kernel tells it when the engine dies, whatever becomes of the watchdog, and it takes
 * firejail with it; firejail itself cannot be told so, since a set-uid program loses the signal at its parent's death.
 * A shell gives what it starts aside no standard input unless that has another number, and tells on its standard error,
 * which becomes the program's output, how that ended: so both are put aside.
 */
const UNTIL_ENGINE_DIES = [
  'trap "kill -9 \\$!; exit 1" TERM',
  "exec 3<&0 4>&2 2>/dev/null",
  '"$@" <&3 2>&4 3<&- 4>&- & wait $!',
].join("; ");

/** Never --timeout (two seconds a run), and never as uid 0 (its process limit is void). */
export const firejail: Backend = {
  name: "firejail",
  programs: ["firejail", "setpriv"],
  // Its own, and the one that ends programs with calls of another architecture.
  filters: 2,
  // Firejail's profiles know no arguments of system calls either.
  ownFilter: (host) => seccompFilter(filteredArchitecture(host)),
  files: (host, policy) => [{ name: PROFILE, content: firejailProfile(host, policy) }],
  launch: (host, _policy, python) => ({
    command: [
      program(host, "setpriv"),
      "--pdeathsig",
      "TERM",
      "--",
      "/bin/sh",
      "-c",
      UNTIL_ENGINE_DIES,
      "azr-tui-sandbox-launcher",
      program(host, "firejail"),
      "--quiet",
      "--noroot",
      `--profile=${join(host.directory, PROFILE)}`,
      ...python,
    ],
  }),
};
