import { join } from "node:path";
import { MEMORY_RESERVE_BYTES, type Policy } from "../policy.ts";
import type { Backend, Host } from "./backend.ts";
import { filteredArchitecture, seccompFilter } from "./seccomp.ts";

const PROFILE = "firejail.profile";

/** What python needs of the root and of /usr, and what has a rule of its own. */
const KEPT = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/dev", "/run"];
const USR_KEPT = ["/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"];

/** System calls beyond firejail's default list: no second process or thread, no socket, nothing that outlives. */
const DENIED_CALLS = [
  "fork,vfork,clone,clone3,unshare,setns,@obsolete",
  // The pipes to the host are Unix sockets: one that is asked may hand out a handle of the engine (SO_PEERPIDFD).
  "socket,socketpair,connect,bind,listen,accept,accept4,shutdown,getsockopt,setsockopt,getsockname,getpeername",
  "sendto,recvfrom,sendmsg,recvmsg,sendmmsg,recvmmsg",
  "memfd_create,memfd_secret,io_uring_setup,io_uring_enter,io_uring_register",
  "shmget,msgget,semget,mq_open,userfaultfd,keyctl,add_key,request_key,flock,mincore",
  "setsid,setpgid,pidfd_open,pidfd_getfd,pidfd_send_signal,kcmp",
  "inotify_init,inotify_init1,fanotify_init,signalfd,signalfd4,timer_create",
  "process_vm_readv,process_vm_writev,process_madvise",
  "ioctl:ENOTTY,setpriority,sched_setscheduler,sched_setparam,sched_setattr,sched_setaffinity,ioprio_set",
];

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
    `seccomp ${DENIED_CALLS.join(",")}`,
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
    // A path that is not there: nothing of the host's /run is.
    "whitelist /run/azr-tui-nothing",
    ...host.beside.map((path) => `blacklist ${path}`),
    // Names of this machine, and of the pool's directory.
    "hostname sandbox",
    "blacklist /proc/sys/kernel/random",
    "blacklist /proc/1/cmdline",
    `rlimit-as ${policy.memoryBytes + MEMORY_RESERVE_BYTES}`,
    `rlimit-cpu ${policy.cpuSeconds + 2}`,
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

/** Never --timeout (two seconds a run), and never as uid 0 (its process limit is void). */
export const firejail: Backend = {
  name: "firejail",
  executable: "firejail",
  // Its own, and the one that ends programs with calls of another architecture.
  filters: 2,
  // Firejail's profiles know no arguments of system calls, so the limit on cores is kept by the worker's filter.
  ownFilter: (host) => seccompFilter(filteredArchitecture(host)),
  files: (host, policy) => [{ name: PROFILE, content: firejailProfile(host, policy) }],
  launch: (host, _policy, python) => ({
    command: ["firejail", "--quiet", "--noroot", `--profile=${join(host.directory, PROFILE)}`, ...python],
  }),
};
