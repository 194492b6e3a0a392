### fork
import os
def fork():
    if os.fork() == 0:
        os._exit(0)
escaped = works(fork)

### a fork bomb, of 200 that end
import os
for _ in range(200):
    try:
        if os.fork() == 0:
            os._exit(0)
        escaped = True
    except OSError:
        break

### vfork and clone by number -> ok exception worker-lost
import ctypes
libc = ctypes.CDLL(None)
escaped = libc.syscall(56, 17, 0, 0, 0, 0) > 0 or libc.syscall(435, ctypes.create_string_buffer(88), 88) > 0

### the other ABI's fork -> worker-lost
import ctypes, os
if os.uname().machine == "x86_64":
    escaped = ctypes.CDLL(None).syscall(0x40000000 | 57) > 0
else:
    os._exit(0)

### a thread
import threading
def start():
    t = threading.Thread(target=lambda: None)
    t.start()
    t.join()
escaped = works(start)

### threads without the threading module
import _thread
escaped = works(_thread.start_new_thread, lambda: None, ())

### a shell
import subprocess
escaped = works(subprocess.run, ["/bin/sh", "-c", "true"])

### os.system and popen
import os
escaped = os.system("true") == 0 or works(lambda: os.popen("true").read())

### posix_spawn
import os
escaped = works(os.posix_spawn, "/bin/true", ["true"], {})

### multiprocessing
import multiprocessing
def start():
    p = multiprocessing.Process(target=int)
    p.start()
    p.join()
escaped = works(start)

### become another program
import os
os.execv("/usr/bin/python3", ["python3", "-c", "print(open('{{SECRET}}').read())"])

### signal the engine and its children
import os, signal
for pid in ({{PID}}, {{ENGINE}}):
    escaped = escaped or works(os.kill, pid, signal.SIGTERM)

### signal everybody -> ok worker-lost timeout cpu-limit
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    os.kill(-1, signal.SIGTERM)
except OSError:
    pass

### signal every number
import os
me = os.getpid()
for pid in range(2, 40000):
    if pid != me:
        try:
            os.kill(pid, 0)
            escaped = escaped or pid not in (1,) and pid == {{PID}}
        except OSError:
            pass

### kill the init of the sandbox -> ok
import os, signal
try:
    os.kill(1, signal.SIGKILL)
except OSError:
    pass

### trace another process
import ctypes, os
libc = ctypes.CDLL(None)
escaped = libc.ptrace(16, {{PID}}, 0, 0) == 0 or libc.ptrace(16, 1, 0, 0) == 0 or libc.ptrace(16, os.getppid(), 0, 0) == 0

### read another process's memory
import ctypes, os
class iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]
def stack_of(pid):
    with open("/proc/%d/maps" % pid) as maps:
        return int(next(line for line in maps if "[stack]" in line).split()[0].split("-")[1], 16) - 8
libc = ctypes.CDLL(None)
for pid in {1, os.getppid()} - {os.getpid()}:
    try:
        address = stack_of(pid)
    except OSError:
        address = 0x400000
    local = iovec(ctypes.addressof(ctypes.create_string_buffer(8)), 8)
    escaped = escaped or libc.process_vm_readv(pid, ctypes.byref(local), 1, ctypes.byref(iovec(address, 8)), 1, 0) > 0
    escaped = escaped or works(lambda: os.pread(os.open("/proc/%d/mem" % pid, os.O_RDONLY), 8, address)[7])

### open the memory of the sandbox's first process to write
import os
for pid in {1, os.getppid()} - {os.getpid()}:
    escaped = escaped or works(os.open, "/proc/%d/mem" % pid, os.O_RDWR)

### read what the sandbox's first process holds
import os
for pid in {1, os.getppid()} - {os.getpid()}:
    for name in ("mem", "environ", "maps"):
        escaped = escaped or works(lambda: open("/proc/%d/%s" % (pid, name), "rb").close())
    for name in ("fd", "map_files"):
        escaped = escaped or works(os.listdir, "/proc/%d/%s" % (pid, name))
    for name in ("exe", "root", "cwd"):
        escaped = escaped or works(os.readlink, "/proc/%d/%s" % (pid, name))

### rewrite the sandbox's first process
import os
def rewrite(pid):
    with open("/proc/%d/maps" % pid) as maps:
        address = int(next(line for line in maps if "[stack]" in line).split()[0].split("-")[1], 16) - 8
    memory = os.open("/proc/%d/mem" % pid, os.O_RDWR)
    held = os.pread(memory, 8, address)
    if os.pwrite(memory, held, address) != 8:
        raise OSError
for pid in {1, os.getppid()} - {os.getpid()}:
    escaped = escaped or works(rewrite, pid)

### see the host's processes
import os
words = []
for p in os.listdir("/proc"):
    if p.isdigit():
        try:
            words.append(open("/proc/%s/cmdline" % p).read())
        except OSError:
            pass
escaped = any("{{VICTIM}}" in word for word in words) or len(words) > 10

### new namespaces
import ctypes
libc = ctypes.CDLL(None)
escaped = any(libc.unshare(flag) == 0 for flag in (0x10000000, 0x20000, 0x40000000, 0x20000000))

### enter a namespace of another
import ctypes, os
libc = ctypes.CDLL(None)
for kind in ("net", "mnt", "user", "pid"):
    try:
        escaped = escaped or libc.setns(os.open("/proc/1/ns/" + kind, os.O_RDONLY), 0) == 0
    except OSError:
        pass

### leave the session -> ok
import os
escaped = works(os.setsid) or works(os.setpgid, 0, 0)

### become root
import os
escaped = works(os.setuid, 0) or works(os.setresuid, 0, 0, 0) or works(os.setgid, 0) or works(os.setgroups, [0])
escaped = escaped or os.geteuid() == 0

### gain by a set-uid program -> worker-lost exception
import os, stat
held = "NoNewPrivs:\t1" in open("/proc/self/status").read()
for path in ("/usr/bin/su", "/bin/su", "/usr/bin/firejail", "/usr/bin/sudo", "/bin/mount"):
    if os.access(path, os.X_OK) and os.stat(path).st_mode & stat.S_ISUID:
        escaped = escaped or not held
if not escaped:
    os.execv("/usr/bin/su", ["su", "--version"])

### raise one's own limits
import resource
for what in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
    escaped = escaped or works(resource.setrlimit, what, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

### outlive the engine: the signal at the launcher's death put aside
import ctypes
libc = ctypes.CDLL(None)
escaped = libc.prctl(1, 0, 0, 0, 0) == 0 or libc.prctl(36, 1, 0, 0, 0) == 0 or libc.prctl(4, 1, 0, 0, 0) == 0

### limits of others
import os, resource
for pid in {1, os.getppid(), {{PID}}, {{ENGINE}}} - {0, os.getpid()}:
    escaped = escaped or works(resource.prlimit, pid, resource.RLIMIT_NOFILE)
    if pid not in (1, os.getppid()):
        escaped = escaped or works(resource.prlimit, pid, resource.RLIMIT_NOFILE, (1, 1))

### higher priority
import os
escaped = works(os.nice, -5) or works(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1))
escaped = escaped or works(os.setpriority, os.PRIO_PROCESS, 0, 19) or works(os.sched_setaffinity, 0, os.sched_getaffinity(0))

### a turn given away, which makes a program wait for its time
import os
escaped = works(os.sched_yield)

### kernel surfaces
import ctypes
import os
libc = ctypes.CDLL(None, use_errno=True)
zeros = ctypes.create_string_buffer(256)
if os.uname().machine == "x86_64":
    for number in (321, 298, 323, 250, 248, 246, 175, 313, 176, 170, 171, 103, 310):
        ctypes.set_errno(0)
        # Whatever else the kernel says, it has looked at the arguments.
        escaped = escaped or libc.syscall(number, zeros, zeros, zeros, zeros) >= 0 or ctypes.get_errno() not in (1, 38)

### another personality
import ctypes
escaped = ctypes.CDLL(None).personality(0x0040000) != -1

### shared memory and message queues
import ctypes
libc = ctypes.CDLL(None)
escaped = libc.shmget(0, 4096, 0o1666) >= 0 or libc.semget(0, 1, 0o1666) >= 0 or libc.msgget(0, 0o1666) >= 0

### a terminal of the host -> ok
import os
escaped = works(os.open, "/dev/tty", os.O_RDWR) or works(os.open, "/dev/pts/0", os.O_RDWR)

### type into the engine's terminal -> ok
import fcntl
for d in range(3):
    escaped = escaped or works(fcntl.ioctl, d, 0x5412, b"x")

### the other instruction's calls: int 0x80 forks and opens sockets by 32-bit numbers
import ctypes, mmap, os
escaped = False
if os.uname().machine == "x86_64":
    page = mmap.mmap(-1, 4096, prot=7)
    def call32(number, a=0, b=0, c=0):
        code = b"\x53\xb8" + number.to_bytes(4, "little")
        for register, value in ((b"\xbb", a), (b"\xb9", b), (b"\xba", c)):
            code += register + value.to_bytes(4, "little")
        page.seek(0)
        page.write(code + b"\xcd\x80\x5b\xc3")
        return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    if call32(2) == 0:
        os._exit(0)
    escaped = call32(359, 1, 1, 0) >= 0 or call32(20) > 0 and (call32(2) > 0 or call32(120, 17) > 0)

### calls that the filter itself must refuse, each by its number
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    "bpf": 321, "userfaultfd": 323, "perf_event_open": 298, "keyctl": 250, "add_key": 248, "request_key": 249,
    "io_uring_setup": 425, "io_uring_register": 427, "memfd_create": 319, "inotify_init": 253, "inotify_init1": 294,
    "fanotify_init": 300, "pidfd_open": 434, "pidfd_getfd": 438, "pidfd_send_signal": 424, "kcmp": 312,
    "ptrace": 101, "process_vm_readv": 310, "process_madvise": 440, "shmget": 29, "semget": 64, "msgget": 68,
    "mq_open": 240, "clone3": 435, "vfork": 58, "setns": 308, "name_to_handle_at": 303, "open_by_handle_at": 304,
    "getsockopt": 55, "sendmsg": 46, "recvmsg": 47, "mount": 165, "swapon": 167, "kexec_load": 246,
}
if os.uname().machine == "x86_64":
    for name, number in NUMBERS.items():
        ctypes.set_errno(0)
        answer = libc.syscall(number, -1, 0, 0, 0, 0, 0)
        escaped = escaped or answer != -1 or ctypes.get_errno() not in (1, 38)

### a program in memory, run without a file
import ctypes, os
libc = ctypes.CDLL(None)
fd = libc.syscall(319, b"x", 0)
escaped = fd >= 0 or libc.syscall(322, 0, b"", None, None, 0x1000) >= 0

### a handle of the engine from the pipe to it
import ctypes
libc = ctypes.CDLL(None)
for d in range(5):
    out = ctypes.c_int(-1)
    size = ctypes.c_uint(4)
    if libc.getsockopt(d, 1, 77, ctypes.byref(out), ctypes.byref(size)) == 0:
        escaped = True
        libc.syscall(424, out.value, 15, 0, 0)

### stop oneself, which the first process of a namespace cannot -> timeout ok
import os, signal
os.kill(os.getpid(), signal.SIGSTOP)

### a handle of the parent through /proc
import os
for pid in (1, os.getppid()):
    if pid != os.getpid():
        for name in ("root", "cwd", "exe", "fd/0", "fd/3"):
            escaped = escaped or works(os.open, "/proc/%s/%s" % (pid, name), os.O_RDONLY) and name == "root" and os.path.exists("/proc/%s/root{{SECRET}}" % pid)

### be spared by the memory killer -> ok
import os
escaped = works(lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"))
