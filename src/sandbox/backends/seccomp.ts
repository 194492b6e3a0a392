import { SandboxError } from "../../errors/index.ts";

/**
 * A seccomp filter in classic BPF: calls of another architecture kill the process, calls on the list fail with EPERM,
 * calls newer than the list with ENOSYS, `ioctl` with ENOTTY; `fcntl` knows descriptors and no files, `prlimit64` this
 * process and no other, and the limit on core dumps stays as it is. Everything else is allowed. bwrap installs it before the program starts, in firejail the worker does before its first job.
 */

/** System call numbers by architecture, from the kernel's tables; null where the call does not exist. */
const CALLS: Record<string, [x64: number | null, arm64: number | null]> = {
  // A second process or thread, or a program in place of this one.
  fork: [57, null],
  vfork: [58, null],
  clone: [56, 220],
  clone3: [435, 435],
  execveat: [322, 281],
  // The network and other endpoints. The pipes to the host are Unix sockets, so those are not to be asked either:
  // SO_PEERPIDFD would hand out a handle of the engine.
  socket: [41, 198],
  socketpair: [53, 199],
  connect: [42, 203],
  bind: [49, 200],
  listen: [50, 201],
  accept: [43, 202],
  accept4: [288, 242],
  shutdown: [48, 210],
  getsockopt: [55, 209],
  setsockopt: [54, 208],
  getsockname: [51, 204],
  getpeername: [52, 205],
  sendto: [44, 206],
  recvfrom: [45, 207],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  sendmmsg: [307, 269],
  recvmmsg: [299, 243],
  // Other processes.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  kcmp: [312, 272],
  // In bwrap the program holds the signal that it gets when its launcher dies, and could put it aside. What else there is
  // to it, and filters of one's own, nothing needs that computes.
  prctl: [157, 167],
  seccomp: [317, 277],
  setsid: [112, 157],
  setpgid: [109, 154],
  setpriority: [141, 140],
  sched_setscheduler: [144, 119],
  sched_setparam: [142, 118],
  sched_setattr: [314, 274],
  sched_setaffinity: [203, 122],
  // Who gives its turn away waits for a processor, which is not taken off its time.
  sched_yield: [24, 124],
  ioprio_set: [251, 30],
  // Namespaces, mounts, roots.
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  move_mount: [429, 429],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // Kernel surface that a computation does not need.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  userfaultfd: [323, 282],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  shmget: [29, 194],
  shmat: [30, 196],
  shmctl: [31, 195],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  inotify_init: [253, null],
  inotify_init1: [294, 26],
  fanotify_init: [300, 262],
  signalfd: [282, null],
  signalfd4: [289, 74],
  flock: [73, 32],
  // Contexts are counted for the whole machine (fs.aio-max-nr).
  io_setup: [206, 0],
  io_destroy: [207, 1],
  io_getevents: [208, 4],
  io_submit: [209, 2],
  io_cancel: [210, 3],
  io_pgetevents: [333, 292],
  // What the host has in memory of its files, and what it has not written yet.
  mincore: [27, 232],
  fadvise64: [221, 223],
  readahead: [187, 213],
  preadv2: [327, 286],
  pwritev2: [328, 287],
  sync: [162, 81],
  syncfs: [306, 267],
  fsync: [74, 82],
  fdatasync: [75, 83],
  sync_file_range: [277, 84],
  msync: [26, 227],
  remap_file_pages: [216, 234],
  timer_create: [222, 107],
  splice: [275, 76],
  tee: [276, 77],
  vmsplice: [278, 75],
  mbind: [237, 235],
  set_mempolicy: [238, 237],
  migrate_pages: [256, 238],
  move_pages: [279, 239],
  landlock_create_ruleset: [444, 444],
  personality: [135, 92],
  modify_ldt: [154, null],
  iopl: [172, null],
  ioperm: [173, null],
  lookup_dcookie: [212, 18],
  syslog: [103, 116],
  acct: [163, 89],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  vhangup: [153, 58],
  nfsservctl: [180, 42],
  uselib: [134, null],
  ustat: [136, null],
  sysfs: [139, null],
  _sysctl: [156, null],
  // Of old kernels: nothing there, on these at least.
  create_module: [174, null],
  get_kernel_syms: [177, null],
  query_module: [178, null],
  getpmsg: [181, null],
  putpmsg: [182, null],
  afs_syscall: [183, null],
  tuxcall: [184, null],
  security: [185, null],
  vserver: [236, null],
  // Identity.
  setuid: [105, 146],
  setgid: [106, 144],
  setreuid: [113, 145],
  setregid: [114, 143],
  setresuid: [117, 147],
  setresgid: [119, 149],
  setgroups: [116, 159],
  setfsuid: [122, 151],
  setfsgid: [123, 152],
  capset: [126, 91],
};

/**
 * The pipes to the host are sockets of its network namespace: `ioctl` would tell of its interfaces, their addresses
 * and drivers. To the interpreter ENOTTY says that a descriptor is not a terminal, and nothing else asks.
 */
const IOCTL = { x64: 16, arm64: 29 } as const;

/**
 * Under a limit of 1 the kernel drops a core; under 0 it still hands it to a crash handler of the host, where
 * core_pattern names one (core(5)). So the limit is not even to be lowered.
 */
const SETRLIMIT = { x64: 160, arm64: 164 } as const;
const PRLIMIT64 = { x64: 302, arm64: 261 } as const;
const RLIMIT_CORE = 4;

/**
 * What `fcntl` is for: descriptors. Its locks, leases and notices are on files that all programs share with the host.
 * F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL and F_DUPFD_CLOEXEC.
 */
const FCNTL = { x64: 72, arm64: 25 } as const;
const FCNTL_COMMANDS = [0, 1, 2, 3, 4, 1030];

const AUDIT_ARCH = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
type Architecture = keyof typeof AUDIT_ARCH;

/** Bit that marks a call of the x32 ABI, which would pass the numbers by. */
const X32_BIT = 0x40000000;

/** First call that is newer than the list (cachestat, Linux 6.5); the same on both architectures. */
const FIRST_UNKNOWN = 451;

const LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_GREATER_EQUAL = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K
const KILL_PROCESS = 0x80000000;
const FAIL_WITH_EPERM = 0x00050000 | 1;
/** What a kernel without the call says: libraries then take an older one. */
const FAIL_WITH_ENOSYS = 0x00050000 | 38;
/** What an `ioctl` meets on a descriptor that knows none. */
const FAIL_WITH_ENOTTY = 0x00050000 | 25;
const ALLOW = 0x7fff0000;
/** Offsets in struct seccomp_data. */
const CALL_NUMBER = 0;
const ARCHITECTURE = 4;
const argument = (index: number) => ({ low: 16 + 8 * index, high: 20 + 8 * index });

type Instruction = [code: number, whenTrue: number, whenFalse: number, operand: number];

/** The host's architecture, when there is a list for it. Raises SandboxError when there is none. */
export function filteredArchitecture(host: { architecture: string }): Architecture {
  const { architecture } = host;
  if (architecture === "x64" || architecture === "arm64") return architecture;
  throw new SandboxError(`Programs need a seccomp filter, and there is none for ${architecture}.`, {
    mend: "Run on x86_64 or aarch64.",
  });
}

/** Numbers of the denied calls on an architecture, ascending. */
export function deniedCalls(architecture: Architecture): number[] {
  const column = architecture === "x64" ? 0 : 1;
  return Object.values(CALLS)
    .map((numbers) => numbers[column])
    .filter((number) => number !== null)
    .sort((a, b) => a - b);
}

/** The filter as an array of struct sock_filter (little-endian: u16 code, u8 jt, u8 jf, u32 k). */
export function seccompFilter(architecture: Architecture): Uint8Array {
  const program: Instruction[] = [
    [LOAD_WORD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, AUDIT_ARCH[architecture]],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD_WORD, 0, 0, CALL_NUMBER],
  ];
  if (architecture === "x64") {
    program.push([JUMP_GREATER_EQUAL, 0, 1, X32_BIT], [RETURN, 0, 0, KILL_PROCESS]);
  }
  program.push([JUMP_GREATER_EQUAL, 0, 1, FIRST_UNKNOWN], [RETURN, 0, 0, FAIL_WITH_ENOSYS]);
  for (const number of deniedCalls(architecture)) {
    program.push([JUMP_EQUAL, 0, 1, number], [RETURN, 0, 0, FAIL_WITH_EPERM]);
  }
  program.push([JUMP_EQUAL, 0, 1, IOCTL[architecture]], [RETURN, 0, 0, FAIL_WITH_ENOTTY]);
  program.push(...fcntlOnDescriptors(architecture), ...keepLimits(architecture));

  const bytes = new DataView(new ArrayBuffer(8 * program.length));
  program.forEach(([code, whenTrue, whenFalse, operand], i) => {
    bytes.setUint16(8 * i, code, true);
    bytes.setUint8(8 * i + 2, whenTrue);
    bytes.setUint8(8 * i + 3, whenFalse);
    bytes.setUint32(8 * i + 4, operand, true);
  });
  return new Uint8Array(bytes.buffer);
}

/** fcntl(_, command, _) fails with EPERM for every command that is not on the list. */
function fcntlOnDescriptors(architecture: Architecture): Instruction[] {
  const count = FCNTL_COMMANDS.length;
  return [
    [JUMP_EQUAL, 0, count + 3, FCNTL[architecture]],
    [LOAD_WORD, 0, 0, argument(1).low],
    ...FCNTL_COMMANDS.map((command, i): Instruction => [JUMP_EQUAL, count - i, 0, command]),
    [RETURN, 0, 0, FAIL_WITH_EPERM],
    [RETURN, 0, 0, ALLOW],
  ];
}

/** setrlimit(4, ...), prlimit64(_, 4, not null, _) and prlimit64(not 0, ...) fail with EPERM, what is left is allowed. */
function keepLimits(architecture: Architecture): Instruction[] {
  return [
    [JUMP_EQUAL, 0, 4, SETRLIMIT[architecture]],
    [LOAD_WORD, 0, 0, argument(0).low],
    [JUMP_EQUAL, 0, 1, RLIMIT_CORE],
    [RETURN, 0, 0, FAIL_WITH_EPERM],
    [RETURN, 0, 0, ALLOW],
    [JUMP_EQUAL, 0, 9, PRLIMIT64[architecture]],
    [LOAD_WORD, 0, 0, argument(0).low],
    [JUMP_EQUAL, 0, 6, 0],
    [LOAD_WORD, 0, 0, argument(1).low],
    [JUMP_EQUAL, 0, 5, RLIMIT_CORE],
    [LOAD_WORD, 0, 0, argument(2).low],
    [JUMP_EQUAL, 0, 2, 0],
    [LOAD_WORD, 0, 0, argument(2).high],
    [JUMP_EQUAL, 1, 0, 0],
    [RETURN, 0, 0, FAIL_WITH_EPERM],
    [RETURN, 0, 0, ALLOW],
  ];
}
