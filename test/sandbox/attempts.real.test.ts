import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type PythonValue, pythonRepr } from "../../src/sandbox/literals.ts";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";

// Generous: these tests share the machine with whatever else runs on it.
setDefaultTimeout(60_000);

/** A line that fails, as it must inside, and does not end the program. */
const tried = (line: string) => `import os, posix, signal\ntry:\n    ${line}\nexcept Exception: pass`;

const ATTEMPTS: [kind: string, lines: string[]][] = [
  [
    "file-read",
    [
      "open('/etc/passwd')",
      "open(b'/etc/passwd')",
      "class S(str): pass\n    open(S('/etc/passwd'))",
      "import pathlib; pathlib.Path('/etc/passwd').read_text()",
      "os.open(b'/etc', os.O_RDONLY)",
      "os.listdir(b'/')",
      "os.listdir()",
      "os.scandir('/')",
      "os.chdir('/etc')",
      "os.getxattr('/etc/passwd', 'user.x')",
    ],
  ],
  [
    "file-write",
    [
      "open('/tmp/x', 'w')",
      "open(b'/tmp/x', 'ab')",
      "os.open('/tmp/x', os.O_CREAT)",
      "os.mkfifo('/tmp/x')",
      "posix.mkfifo(path=b'/tmp/x')",
      "os.mknod('/tmp/x')",
      "os.chown('/tmp', 0, 0)",
      "os.lchown(b'/tmp', 0, 0)",
      "os.chmod('/tmp', 0o777)",
      "os.utime('/tmp')",
      "os.truncate('/etc/passwd', 0)",
      "os.symlink('/etc', '/tmp/x')",
      "os.link('/etc/passwd', '/tmp/x')",
      "os.rename('/etc', '/x')",
      "os.replace('/etc', '/x')",
      "os.remove('/etc/passwd')",
      "os.unlink(b'/etc/passwd')",
      "os.mkdir('/tmp/x')",
      "os.rmdir('/tmp')",
      "os.setxattr('/etc', 'user.x', b'1')",
      "import shutil; shutil.rmtree('/etc')",
    ],
  ],
  ["file-lock", ["import fcntl; fcntl.flock(0, fcntl.LOCK_SH)", "os.lockf(0, os.F_TEST, 1)"]],
  ["device", ["import fcntl; fcntl.ioctl(0, 0x5413)"]],
  [
    "limits",
    [
      "import resource; resource.prlimit(1, resource.RLIMIT_CPU)",
      "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))",
      "os.setpriority(os.PRIO_PROCESS, 1, -20)",
      "os.nice(-5)",
      "os.sched_setaffinity(0, [0])",
    ],
  ],
  ["identity", ["os.setuid(0)", "os.setgroups([])", "os.chroot('/')", "posix.setresuid(0, 0, 0)"]],
  [
    "signal",
    [
      "os.kill(4711, 0)",
      "os.kill(-1, 0)",
      "os.killpg(1, 0)",
      "import threading; signal.pthread_kill(threading.get_ident(), 0)",
      "signal.pidfd_send_signal(0, 0)",
    ],
  ],
  [
    "process",
    [
      "os.fork()",
      "os.execv('/bin/sh', ['sh'])",
      "os.system('true')",
      "os.posix_spawn('/bin/true', ['true'], {})",
      "import subprocess; subprocess.run(['true'])",
      "os.setsid()",
      "os.pidfd_open(1)",
    ],
  ],
  ["thread", ["import _thread; _thread.start_new_thread(print, ())"]],
  ["socket", ["import socket; socket.socket()", "import socket; socket.gethostbyname('localhost')"]],
  ["environment", ["os.environ['A'] = 'b'", "os.unsetenv('A')"]],
  ["memory-map", ["import mmap; mmap.mmap(-1, 4096)", "os.memfd_create('x')"]],
  ["native-code", ["import ctypes; ctypes.CDLL(None)"]],
  ["tracing", ["import sys; sys.settrace(lambda *a: None)", "import sys; sys.setprofile(lambda *a: None)"]],
  ["introspection", ["import gc; gc.get_objects()", "import sys; sys._current_frames()"]],
];

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "bwrap", workers: 4, timeout_ms: 20_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const flagsOf = async (program: string) => (await pool.run({ program, calls: [] })).flags;

describe.each(ATTEMPTS)("%s", (kind, lines) => {
  test.each(lines)("%s", async (line) => {
    expect(await flagsOf(tried(line))).toContain(kind);
  });
});

test.each([
  "import os, re, json, random, string, collections, itertools, functools, heapq, decimal, fractions",
  "import os\nos.getcwd(), os.getpid(), os.environ.get('A'), os.path.join('a', 'b'), os.cpu_count()",
  "import os\nos.kill(os.getpid(), 0)",
  "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)\nsignal.raise_signal(signal.SIGCHLD)",
  "import resource\nresource.getrlimit(resource.RLIMIT_AS)",
  "import sys\nsys.setrecursionlimit(5000)\nprint(sys.stdin.read(), file=sys.stderr)",
  "open(0).read()",
  "try:\n    exec('1 +')\nexcept SyntaxError as error:\n    import traceback\n    traceback.format_exc()",
  "import dataclasses, typing, enum, statistics, datetime, zoneinfo, threading\nthreading.Lock()",
  "x = bytearray(1 << 40)",
  "import textwrap, inspect\ntry:\n    inspect.getsource(textwrap)\nexcept OSError: pass",
])("nothing is tried by %s", async (program) => {
  expect(await flagsOf(program)).toEqual([]);
});

test("what notes an attempt is like the function that it stands for", async () => {
  const program = `
import copy, os, pickle, posix
class Process: lower = os.nice
def number(call):
    try: call(0)
    except OSError as error: return error.errno
def facts():
    same = os.nice is posix.nice, pickle.loads(pickle.dumps(os.nice)) is os.nice, copy.deepcopy(os.nice) is os.nice
    return same, os.nice.__qualname__, os.nice.__module__, bool(os.nice.__doc__), repr(os.nice), number(Process().lower)`;
  const result = await pool.run({ program, calls: ["facts()"] });
  expect(result.error).toBeUndefined();
  expect(pythonRepr(result.calls[0]?.value as PythonValue)).toBe(
    "((True, True, True), 'nice', 'posix', True, '<built-in function nice>', 1)",
  );
  expect(result.flags).toEqual(["limits"]);
});
