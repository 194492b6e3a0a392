### read a world-readable file of the host
escaped = works(lambda: open("{{SECRET}}").read())

### read a file of a directory that was made after the sandbox was opened
escaped = works(lambda: open("{{LATE}}").read())

### list what services have left in /run
import os
try:
    escaped = bool(set(os.listdir("/run")) - {"firejail"})
except OSError:
    pass

### the machine's name, and its identity since it was started
import os
escaped = os.uname().nodename != "sandbox" or works(lambda: open("/proc/sys/kernel/random/boot_id").read())

### read it by a directory's descriptor
import os
root = os.open("/", os.O_RDONLY)
for d in (root, *range(64)):
    escaped = escaped or works(lambda: os.open("{{SECRET}}"[1:], os.O_RDONLY, dir_fd=d))
    escaped = escaped or works(lambda: os.open("../../.." + "{{SECRET}}", os.O_RDONLY, dir_fd=d))

### read it through /proc/1/root
escaped = works(lambda: open("/proc/1/root{{SECRET}}").read())

### read it through /proc/self/cwd and dots
escaped = works(lambda: open("/proc/self/cwd/../../..{{SECRET}}").read())

### read /etc/passwd and /etc/shadow
escaped = works(lambda: open("/etc/passwd").read()) or works(lambda: open("/etc/shadow").read())

### list homes
import os
for path in ("/root", "/home"):
    try:
        escaped = escaped or len(os.listdir(path)) > 0
    except OSError:
        pass

### list the host's temporary directories
import os
for path in ("/tmp", "/var/tmp", "/dev/shm", "/mnt", "/opt", "/srv", "/var", "/sys", "/boot"):
    try:
        escaped = escaped or len(os.listdir(path)) > 0
    except OSError:
        pass

### the engine's environment -> ok
import os
escaped = any("{{SECRET_WORD}}" in str(item) for item in os.environ.items())

### the environment of the other processes
import os
for pid in os.listdir("/proc"):
    if pid.isdigit():
        try:
            escaped = escaped or "{{SECRET_WORD}}" in open("/proc/%s/environ" % pid).read()
        except OSError:
            pass

### the disk as a device -> ok
import os
for name in ("sda", "vda", "nvme0n1", "mem", "kmem", "port", "kmsg", "fuse", "kvm", "loop-control"):
    escaped = escaped or works(os.open, "/dev/" + name, os.O_RDONLY)

### make a device of one's own
import os, stat
for path in ("/dev/mine", "/tmp/mine", "/run/mine", "/dev/shm/mine"):
    escaped = escaped or works(os.mknod, path, 0o600 | stat.S_IFBLK, os.makedev(8, 0))
    escaped = escaped or works(os.mknod, path + "0", 0o600 | stat.S_IFCHR, 0)

### kernel memory and logs -> ok
for path in ("/proc/kcore", "/proc/kmsg", "/dev/kmsg", "/proc/kallsyms"):
    try:
        with open(path, "rb") as f:
            data = f.read(100)
            escaped = escaped or bool(data.strip(b"0 \n") and path != "/proc/kallsyms")
    except OSError:
        pass

### write anywhere
import os
for root in ("/", "/tmp", "/var/tmp", "/dev", "/dev/shm", "/dev/mqueue", "/run", "/usr", "/usr/lib", "/usr/bin", "/home", "/root", "/etc", "/var", "/proc", "/sys", "/run/lock", "/run/user", "/run/firejail", "/run/firejail/mnt", "."):
    escaped = escaped or works(lambda: open(root + "/azr-attack", "w").write("xx"))

### directories, links and names anywhere
import os
for root in ("/", "/tmp", "/dev", "/dev/shm", "/run", "/usr", "/var/tmp", "."):
    escaped = escaped or works(os.mkdir, root + "/azr-attack")
    escaped = escaped or works(os.symlink, "/etc", root + "/azr-attack-link")
    escaped = escaped or works(os.mkfifo, root + "/azr-attack-fifo")

### a temporary file
import tempfile
escaped = works(tempfile.NamedTemporaryFile)

### change the interpreter's library -> ok
import os
escaped = works(lambda: open(os.__file__, "a")) or works(os.chmod, os.__file__, 0o777) or works(os.unlink, os.__file__)

### remount or unmount what hides the host
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
escaped = libc.umount2(b"/tmp", 2) == 0 or libc.umount2(b"/etc", 2) == 0 or libc.mount(b"none", b"/dev", b"tmpfs", 0, None) == 0

### leave by chroot and pivot_root
import ctypes, os
libc = ctypes.CDLL(None)
escaped = works(os.chroot, "/usr") or libc.syscall(155, b"/", b"/") == 0

### open a file by handle
import ctypes
libc = ctypes.CDLL(None)
buffer = ctypes.create_string_buffer(b"\x08\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0", 64)
escaped = libc.open_by_handle_at(0, buffer, 0) >= 0
for path in (b"/usr", b"/proc", b"/"):
    handle = ctypes.create_string_buffer((128).to_bytes(4, "little"), 136)
    escaped = escaped or libc.name_to_handle_at(-100, path, handle, ctypes.byref(ctypes.c_int()), 0) == 0

### write to the kernel's settings
for path in ("/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/kernel/hostname", "/proc/sys/vm/drop_caches", "/sys/kernel/uevent_helper"):
    escaped = escaped or works(lambda: open(path, "w"))

### memory of a file without a file
import os
escaped = works(os.memfd_create, "x")

### a sparse file through a descriptor that is there -> ok
import os
for d in range(3, 64):
    escaped = escaped or works(os.ftruncate, d, 1 << 40)

### reopen the descriptors to gain another right -> ok
import os
for d in range(64):
    try:
        target = os.readlink("/proc/self/fd/%d" % d)
    except OSError:
        continue
    if target == "/dev/null":
        continue
    for mode in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        escaped = escaped or works(os.open, "/proc/self/fd/%d" % d, mode | os.O_NONBLOCK)

### a descriptor of the host left open -> ok
import os, stat
null = os.stat("/dev/null").st_rdev
for d in range(1024):
    try:
        found = os.fstat(d)
    except OSError:
        continue
    escaped = escaped or not (stat.S_ISSOCK(found.st_mode) or stat.S_ISFIFO(found.st_mode) or found.st_rdev == null)

### watch the host's files
import ctypes
escaped = ctypes.CDLL(None).inotify_init1(0) >= 0

### watch the host's files by notices on a directory
import fcntl, os
DN_CREATE_AND_DELETE = 4 | 8
escaped = works(fcntl.fcntl, os.open("/usr/lib", os.O_RDONLY), 1026, DN_CREATE_AND_DELETE)

### take out a lease on a file
import fcntl, os
F_SETLEASE, F_GETLEASE = 1024, 1025
escaped = works(fcntl.fcntl, os.open(os.__file__, os.O_RDONLY), F_GETLEASE)

### tell another program by a lock
import fcntl, os
escaped = works(fcntl.flock, os.open(os.__file__, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)

### tell another program by a lock on a range
import fcntl, os, struct
fd = os.open(os.__file__, os.O_RDONLY)
lock = struct.pack("hhqqi", fcntl.F_RDLCK, 0, 4242, 1, 0)
F_OFD_SETLK = 37
for command in (fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, F_OFD_SETLK):
    escaped = escaped or works(fcntl.fcntl, fd, command, lock)

### learn by the page cache what the host has read
import os
fd = os.open(os.__file__, os.O_RDONLY)
RWF_NOWAIT = 8
escaped = works(os.preadv, fd, [bytearray(1)], 0) or works(os.preadv, fd, [bytearray(1)], 0, RWF_NOWAIT)

### drop what the host has in memory of a file
import os
escaped = works(os.posix_fadvise, os.open(os.__file__, os.O_RDONLY), 0, 0, os.POSIX_FADV_DONTNEED)

### make the host write its disks
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
fd = os.open(os.__file__, os.O_RDONLY)
escaped = libc.syncfs(-1) == 0 or ctypes.get_errno() == 9 or works(os.fsync, fd) or works(os.fdatasync, fd)

### links out of the library
import os
for path in ("/usr/lib/../../..{{SECRET}}", "/proc/self/root{{SECRET}}", "/proc/thread-self/root{{SECRET}}", "/dev/fd/../root{{SECRET}}"):
    escaped = escaped or works(lambda: open(path).read())
