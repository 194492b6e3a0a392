### memory in a list -> memory-limit
x = []
while True:
    x.append([0] * 100000)

### memory in one piece -> memory-limit
x = bytearray(1 << 45)

### memory by multiplication -> memory-limit
x = "ab" * (1 << 40)

### memory by mmap -> exception memory-limit
import mmap
x = mmap.mmap(-1, 1 << 40)

### memory by doubling a string -> memory-limit
x = "x"
while True:
    x += x

### an integer that does not end -> timeout memory-limit cpu-limit
x = 3
while True:
    x = x * x

### a big power in C -> timeout memory-limit cpu-limit
x = 7 ** (10 ** 9)

### a busy loop -> timeout cpu-limit
while True:
    pass

### a busy loop that ignores signals -> timeout cpu-limit
import signal
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass

### a busy loop that catches everything -> timeout cpu-limit
def spin():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
spin()

### a long sleep -> timeout cpu-limit
import time
time.sleep(1000)

### a regular expression -> timeout cpu-limit
import re
re.match("(a+)+$", "a" * 60 + "b")

### an alarm that rings for ever -> timeout cpu-limit
import signal
signal.signal(signal.SIGALRM, lambda *a: None)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while True:
    signal.pause()

### reading an endless input -> ok timeout cpu-limit
import sys
while sys.stdin.read(1):
    pass

### an output flood -> output-limit
while True:
    print("x" * 10000)

### an output flood below Python -> output-limit
import os
while True:
    os.write(1, b"x" * 65536)

### an output flood in single bytes -> output-limit timeout cpu-limit
import os
while True:
    os.write(1, b"x")

### an error flood -> timeout exception cpu-limit
import os
while True:
    os.write(2, b"x" * 65536)

### descriptors
import os
opened = 0
try:
    while opened < 1000:
        os.open("/dev/null", os.O_RDONLY)
        opened += 1
except OSError:
    pass
escaped = opened > 64

### pipes
import os
made = 0
try:
    while made < 1000:
        os.pipe()
        made += 1
except OSError:
    pass
escaped = made > 32

### deep recursion -> exception
def f():
    return f()
f()

### recursion without a limit -> worker-lost exception memory-limit timeout cpu-limit
import sys
sys.setrecursionlimit(1 << 30)
def f(x):
    return f([x])
f(0)

### a value nested too deeply -> unserialisable
x = []
for _ in range(100000):
    x = [x]
escaped = x

### a value that unfolds -> unserialisable
x = [1]
for _ in range(60):
    x = [x, x]
escaped = x

### a value that contains itself -> unserialisable
x = []
x.append(x)
escaped = x

### a value that is too large -> unserialisable
escaped = "x" * (1 << 22)

### an integer that is too large -> unserialisable
escaped = 1 << 10**6

### source that is deep -> syntax-error exception memory-limit worker-lost
eval("(" * 100000)

### fill the temporary file systems
import os
for root in ("/dev/shm", "/tmp", "/run", "/dev"):
    for i in range(1000):
        if not works(lambda: os.mkdir("%s/azr-attack-%d" % (root, i))):
            break
        escaped = True

### crash the interpreter -> worker-lost
import ctypes
ctypes.string_at(0)

### crash it in another way -> worker-lost
import os
os.abort()

### end by a signal of one's own, which the first process of a namespace does not get -> worker-lost ok
import os
os.kill(os.getpid(), 9)

### a dict whose keys collide -> ok timeout memory-limit cpu-limit
P = (1 << 61) - 1
escaped = 0
d = {}
for i in range(1 << 16):
    d[i * P] = i
escaped = len(d)

### a value of colliding keys -> ok unserialisable timeout cpu-limit
P = (1 << 61) - 1
escaped = {i * P: {i * P} for i in range(3000)}

### a deep dict -> unserialisable
d = {}
for _ in range(5000):
    d = {"k": d}
escaped = d

### an integer just too large, and one that is not -> unserialisable
fine = (1 << 65536) - 1
escaped = [fine, fine + 1]

### a core dump -> worker-lost ok
import os, resource, signal
escaped = works(resource.setrlimit, resource.RLIMIT_CORE, (1 << 30, 1 << 30))
os.kill(os.getpid(), signal.SIGABRT)

### a core for the host's crash handler: a limit of 0 would hand it over
import ctypes, os, resource
escaped = resource.getrlimit(resource.RLIMIT_CORE) != (1, 1) or works(resource.setrlimit, resource.RLIMIT_CORE, (0, 0))
libc = ctypes.CDLL(None)
for limit in ((0, 0), (0, 1)):
    pair = (ctypes.c_ulong * 2)(*limit)
    if os.uname().machine == "x86_64":
        escaped = escaped or libc.syscall(160, 4, pair) == 0 or libc.syscall(302, 0, 4, pair, 0) == 0
    escaped = escaped or libc.prlimit(0, 4, pair, 0) == 0

### signals queued to oneself without end
import ctypes, os, signal
libc = ctypes.CDLL(None)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGRTMIN])
queued = 0
while queued < 1000 and libc.sigqueue(os.getpid(), int(signal.SIGRTMIN), ctypes.c_void_p(1)) == 0:
    queued += 1
escaped = queued >= 1000

### contexts of asynchronous reading, which are counted for the whole machine
import ctypes, os
libc = ctypes.CDLL(None)
number = 206 if os.uname().machine == "x86_64" else 0
escaped = libc.syscall(number, 1, ctypes.byref(ctypes.c_ulong(0))) == 0

### memory by a mapping that is touched page by page -> memory-limit exception worker-lost
import mmap
maps = []
while True:
    m = mmap.mmap(-1, 1 << 24)
    for i in range(0, 1 << 24, 4096):
        m[i] = 1
    maps.append(m)
