import { join } from "node:path";
import { MEMORY_RESERVE_BYTES, type Policy } from "../policy.ts";
import { type Backend, type Host, program } from "./backend.ts";
import { filteredArchitecture, seccompFilter } from "./seccomp.ts";

const FILTER = "seccomp.bpf";
const LIBRARIES = ["/lib", "/lib32", "/lib64", "/libx32"];

/** The file system inside: the interpreter and its libraries, read-only, and nothing else. */
function mounts(host: Host): string[] {
  const inUsr = ["/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"].filter((path) =>
    host.usr.includes(path),
  );
  const ownDirectories = LIBRARIES.filter((path) => host.topLevel.includes(path));
  const bound = [...new Set([...inUsr, ...ownDirectories, ...host.interpreter.roots])];
  const links = host.links.filter(({ path }) => [...LIBRARIES, "/bin"].includes(path));
  return [
    ...bound.flatMap((path) => ["--ro-bind", path, path]),
    ...links.flatMap(({ path, target }) => ["--symlink", target, path]),
  ];
}

/**
 * Command line of bubblewrap up to the program; the seccomp filter is on descriptor 3. The program is the first process
 * of its namespace: one of bubblewrap's own would be left to this machine's first process when bubblewrap has gone, and
 * not every container's reaps. There is no /proc inside, which could show what the rest does not.
 */
export function bwrapArguments(host: Host): string[] {
  return [
    "--unshare-all",
    "--unshare-user",
    "--uid",
    "65534",
    "--gid",
    "65534",
    "--disable-userns",
    "--as-pid-1",
    "--die-with-parent",
    "--new-session",
    ...mounts(host),
    "--dev",
    "/dev",
    "--perms",
    "0555",
    "--size",
    "4096",
    "--tmpfs",
    "/dev/shm",
    "--remount-ro",
    "/dev/shm",
    "--remount-ro",
    "/dev",
    "--remount-ro",
    "/",
    "--chdir",
    "/",
    ...(host.interpreter.libraries.length > 0
      ? ["--setenv", "LD_LIBRARY_PATH", host.interpreter.libraries.join(":")]
      : []),
    "--hostname",
    "sandbox",
    "--cap-drop",
    "ALL",
    "--seccomp",
    "3",
    "--",
  ];
}

/** Limits that hold from before the launcher, so that no moment is without them. */
function limits(host: Host, policy: Policy): string[] {
  return [
    program(host, "prlimit"),
    `--as=${policy.memoryBytes + MEMORY_RESERVE_BYTES}`,
    `--cpu=${policy.mostCpuSeconds + 2}`,
    `--fsize=${policy.fileBytes}`,
    `--nofile=${policy.descriptors}`,
    "--core=1",
    "--sigpending=64",
    "--",
  ];
}

export const bwrap: Backend = {
  name: "bwrap",
  programs: ["bwrap", "prlimit"],
  filters: 1,
  files: (host) => [{ name: FILTER, content: seccompFilter(filteredArchitecture(host)) }],
  launch: (host, policy, python) => ({
    command: [...limits(host, policy), program(host, "bwrap"), ...bwrapArguments(host), ...python],
    descriptor3: join(host.directory, FILTER),
  }),
};
