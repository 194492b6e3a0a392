import { expect, test } from "bun:test";
import { deniedCalls, filteredArchitecture, seccompFilter } from "../../../src/sandbox/backends/seccomp.ts";

const ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 };
const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOTTY = 0x00050019;
const ENOSYS = 0x00050026;
const KILL = 0x80000000;

/** Runs a filter as the kernel would, on a call number, an architecture and up to six arguments. */
function evaluate(
  filter: Uint8Array,
  number: number,
  architecture: number,
  callArguments: readonly bigint[] = [],
): number {
  const view = new DataView(filter.buffer, filter.byteOffset, filter.byteLength);
  // struct seccomp_data: the number, the architecture, the instruction's address, the arguments.
  const load = (offset: number) => {
    if (offset < 8) return offset === 0 ? number : architecture;
    const word = callArguments[Math.floor((offset - 16) / 8)] ?? 0n;
    return Number((offset % 8 === 0 ? word : word >> 32n) & 0xffffffffn);
  };
  let accumulator = 0;
  for (let at = 0; at < filter.length / 8; at++) {
    const code = view.getUint16(8 * at, true);
    const operand = view.getUint32(8 * at + 4, true);
    if (code === 0x20) accumulator = load(operand);
    else if (code === 0x06) return operand;
    else {
      const taken = code === 0x15 ? accumulator === operand : accumulator >= operand;
      at += view.getUint8(8 * at + (taken ? 2 : 3));
    }
  }
  throw new Error("the filter ends without a verdict");
}

test.each(["x64", "arm64"] as const)(
  "%s: denied calls fail, others pass, newer ones are unknown, foreign ones kill",
  (architecture) => {
    const filter = seccompFilter(architecture);
    const denied = deniedCalls(architecture);
    expect(filter.length / 8).toBeLessThan(4096);
    expect(new Set(denied).size).toBe(denied.length);
    for (let number = 0; number < 500; number++) {
      const ioctl = number === (architecture === "x64" ? 16 : 29);
      // Its command is 0 here, F_DUPFD, and the process and limit of prlimit64 are 0 too.
      const known = denied.includes(number) ? EPERM : ioctl ? ENOTTY : ALLOW;
      expect(evaluate(filter, number, ARCH[architecture])).toBe(number > 450 ? ENOSYS : known);
    }
    expect(evaluate(filter, 0, ARCH[architecture === "x64" ? "arm64" : "x64"])).toBe(KILL);
  },
);

test("numbers of well-known calls", () => {
  // fork, clone, socket, ptrace, clone3 on x86_64; clone, socket, ptrace, clone3 on aarch64.
  for (const number of [57, 56, 41, 101, 435]) expect(deniedCalls("x64")).toContain(number);
  for (const number of [220, 198, 117, 435]) expect(deniedCalls("arm64")).toContain(number);
  // read, write, mmap, exit_group, execve must pass.
  for (const number of [0, 1, 9, 231, 59]) expect(deniedCalls("x64")).not.toContain(number);
  for (const number of [63, 64, 222, 94, 221]) expect(deniedCalls("arm64")).not.toContain(number);
});

test("the x32 ABI cannot pass by the list", () => {
  expect(evaluate(seccompFilter("x64"), 0x40000000 | 41, ARCH.x64)).toBe(KILL);
});

test("only two architectures have a list", () => {
  for (const architecture of ["x64", "arm64"] as const)
    expect(filteredArchitecture({ architecture })).toBe(architecture);
  for (const architecture of ["riscv64", "ppc64", "toString"])
    expect(() => filteredArchitecture({ architecture })).toThrow(`there is none for ${architecture}`);
});

test.each([
  ["x64", 160, 302],
  ["arm64", 164, 261],
] as const)("%s: the limit on cores can be read, and not changed", (architecture, setrlimit, prlimit64) => {
  const filter = seccompFilter(architecture);
  const verdict = (number: number, ...words: bigint[]) => evaluate(filter, number, ARCH[architecture], words);
  const [ADDRESS, CORE, CPU] = [0x7fff_0000_1000n, 4n, 0n];
  expect(verdict(setrlimit, CORE, ADDRESS)).toBe(EPERM);
  expect(verdict(setrlimit, CPU, ADDRESS)).toBe(ALLOW);
  expect(verdict(prlimit64, 0n, CORE, ADDRESS, 0n)).toBe(EPERM);
  // A pointer whose lower half is zero is one too, and the kernel sees 32 bits of the resource.
  expect(verdict(prlimit64, 0n, CORE, 0x7fff_0000_0000n, 0n)).toBe(EPERM);
  expect(verdict(prlimit64, 0n, (1n << 32n) | CORE, ADDRESS, 0n)).toBe(EPERM);
  expect(verdict(prlimit64, 0n, CORE, 0n, ADDRESS)).toBe(ALLOW);
  expect(verdict(prlimit64, 0n, CPU, ADDRESS, 0n)).toBe(ALLOW);
});

test.each([
  ["x64", 72],
  ["arm64", 25],
] as const)("%s: fcntl knows descriptors, and no locks, leases, notices or owners", (architecture, fcntl) => {
  const filter = seccompFilter(architecture);
  const verdict = (command: bigint) => evaluate(filter, fcntl, ARCH[architecture], [3n, command]);
  for (const command of [0n, 1n, 2n, 3n, 4n, 1030n]) expect(verdict(command)).toBe(ALLOW);
  // F_GETLK, F_SETLK, F_SETLKW, F_SETOWN, F_SETSIG, F_OFD_*, F_SETLEASE, F_GETLEASE, F_NOTIFY, F_SETPIPE_SZ.
  for (const command of [5n, 6n, 7n, 8n, 10n, 15n, 36n, 37n, 38n, 1024n, 1025n, 1026n, 1031n])
    expect(verdict(command)).toBe(EPERM);
  // The kernel sees 32 bits of the command.
  expect(verdict((1n << 32n) | 1026n)).toBe(EPERM);
});

test.each([
  ["x64", 302],
  ["arm64", 261],
] as const)("%s: no limit of another process is read or set", (architecture, prlimit64) => {
  const filter = seccompFilter(architecture);
  const verdict = (...words: bigint[]) => evaluate(filter, prlimit64, ARCH[architecture], words);
  const [NOFILE, ADDRESS] = [7n, 0x7fff_0000_1000n];
  for (const pid of [1n, 2n, 4711n]) {
    expect(verdict(pid, NOFILE, 0n, ADDRESS)).toBe(EPERM);
    expect(verdict(pid, NOFILE, ADDRESS, 0n)).toBe(EPERM);
  }
  expect(verdict(0n, NOFILE, ADDRESS, ADDRESS)).toBe(ALLOW);
});

test("what firejail's own list once named is refused by ours: it is the only one that names these", () => {
  const filter = seccompFilter("x64");
  const EVERYTHING = {
    ...{ fork: 57, vfork: 58, clone: 56, clone3: 435, unshare: 272, setns: 308, socket: 41, socketpair: 53 },
    ...{ connect: 42, bind: 49, listen: 50, accept: 43, accept4: 288, shutdown: 48, getsockopt: 55 },
    ...{
      setsockopt: 54,
      getsockname: 51,
      getpeername: 52,
      sendto: 44,
      recvfrom: 45,
      sendmsg: 46,
      recvmsg: 47,
    },
    ...{ sendmmsg: 307, recvmmsg: 299, memfd_create: 319, memfd_secret: 447, io_uring_setup: 425 },
    ...{ io_uring_enter: 426, io_uring_register: 427, shmget: 29, msgget: 68, semget: 64, mq_open: 240 },
    ...{ userfaultfd: 323, keyctl: 250, add_key: 248, request_key: 249, flock: 73, mincore: 27, setsid: 112 },
    ...{ setpgid: 109, pidfd_open: 434, pidfd_getfd: 438, pidfd_send_signal: 424, kcmp: 312 },
    ...{ inotify_init: 253, inotify_init1: 294, fanotify_init: 300, signalfd: 282, signalfd4: 289 },
    ...{ timer_create: 222, process_vm_readv: 310, process_vm_writev: 311, process_madvise: 440 },
    ...{ setpriority: 141, sched_setscheduler: 144, sched_setparam: 142, sched_setattr: 314 },
    ...{
      sched_setaffinity: 203,
      sched_yield: 24,
      ioprio_set: 251,
      create_module: 174,
      query_module: 178,
      vserver: 236,
    },
    ...{ uselib: 134, ustat: 136, sysfs: 139, _sysctl: 156, afs_syscall: 183, getpmsg: 181, putpmsg: 182 },
  };
  const passed = Object.entries(EVERYTHING).filter(
    ([, number]) => evaluate(filter, number, ARCH.x64) !== EPERM,
  );
  expect(passed).toEqual([]);
});
