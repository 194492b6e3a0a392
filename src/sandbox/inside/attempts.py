# What a program tries, by kind: a safety flag for each. What it tries fails by the sandbox, not by this.

AUDITED = {
    "socket.": "socket",
    "urllib.": "socket",
    "http.client.": "socket",
    "ftplib.": "socket",
    "smtplib.": "socket",
    "subprocess.": "process",
    "os.fork": "process",
    "os.exec": "process",
    "os.posix_spawn": "process",
    "os.spawn": "process",
    "os.startfile": "process",
    "os.system": "process",
    "pty.": "process",
    "webbrowser.": "process",
    "_thread.start_": "thread",
    "os.kill": "signal",
    "signal.pthread_kill": "signal",
    "os.putenv": "environment",
    "os.unsetenv": "environment",
    "os.remove": "file-write",
    "os.rename": "file-write",
    "os.mkdir": "file-write",
    "os.rmdir": "file-write",
    "os.link": "file-write",
    "os.symlink": "file-write",
    "os.chmod": "file-write",
    "os.chown": "file-write",
    "os.chflags": "file-write",
    "os.truncate": "file-write",
    "os.utime": "file-write",
    "os.setxattr": "file-write",
    "shutil.": "file-write",
    "tempfile.": "file-write",
    "os.getxattr": "file-read",
    "os.listxattr": "file-read",
    "os.chdir": "file-read",
    "os.lockf": "file-lock",
    "fcntl.flock": "file-lock",
    "fcntl.lockf": "file-lock",
    "fcntl.ioctl": "device",
    "resource.prlimit": "limits",
    "resource.setrlimit": "limits",
    "ctypes.": "native-code",
    "mmap.": "memory-map",
    "sys.settrace": "tracing",
    "sys.setprofile": "tracing",
    "gc.get_": "introspection",
    "sys._current_": "introspection",
    "syslog.": "device",
}
# Functions of `os` that Python raises no event for.
UNAUDITED = {
    "mkfifo": "file-write",
    "mknod": "file-write",
    "memfd_create": "memory-map",
    "nice": "limits",
    "setpriority": "limits",
    "sched_setaffinity": "limits",
    "sched_setparam": "limits",
    "sched_setscheduler": "limits",
    "pidfd_open": "process",
    "setns": "process",
    "setpgid": "process",
    "setpgrp": "process",
    "setsid": "process",
    "unshare": "process",
    "chroot": "identity",
    "setegid": "identity",
    "seteuid": "identity",
    "setgid": "identity",
    "setgroups": "identity",
    "setregid": "identity",
    "setresgid": "identity",
    "setresuid": "identity",
    "setreuid": "identity",
    "setuid": "identity",
}
WRITING = posix.O_WRONLY | posix.O_RDWR | posix.O_CREAT | posix.O_TRUNC | posix.O_APPEND


def watch():
    """
    Sends each kind when it is first tried, before what is tried happens: what has been sent can neither be taken
    back nor be lost with the process.
    """
    seen = _set()
    prefixes = tuple(AUDITED)
    library = tuple(sys.path)
    own = posix.getpid()

    def note(kind):
        if kind not in seen:
            seen.add(kind)
            send('{"tried":"' + kind + '"}')

    def of_library(path):
        """Whether a path is the interpreter's own business; one of a class of the program's is not looked at."""
        if _type(path) is _bytes:
            path = path.decode("utf-8", "surrogateescape")
        # The interpreter looks for the source of `<string>` when an error in it is shown.
        return _type(path) is _str and (path.startswith(library) or (path[:1] == "<" and path[-1:] == ">"))

    def hook(event, args):
        if event == "open":
            path, _, mode = args
            if _type(mode) is _int and mode & WRITING:
                note("file-write")
            # A number is a descriptor that is open already.
            elif _type(path) is not _int and not of_library(path):
                note("file-read")
        elif event == "os.listdir" or event == "os.scandir":
            if not of_library(args[0]):
                note("file-read")
        elif event == "os.kill" and args[0] == own:
            pass  # a signal to itself
        elif event == "resource.setrlimit" and LIMITS["lifting"]:
            pass
        elif event.startswith(prefixes):
            for prefix in prefixes:
                if event.startswith(prefix):
                    note(AUDITED[prefix])

    class Noting:
        """In place of a built-in function, and like it: no method of what it becomes an attribute of, and known by name."""

        def __init__(self, function, kind):
            self.__name__ = self.__qualname__ = function.__name__
            self.__module__, self.__doc__ = function.__module__, function.__doc__
            self.__text_signature__ = getattr(function, "__text_signature__", None)
            self.function, self.kind = function, kind

        def __call__(self, *arguments, **named):
            note(self.kind)
            return self.function(*arguments, **named)

        def __repr__(self):
            return _repr(self.function)

        def __reduce__(self):
            return self.__name__

    # `os` copies these from `posix` when it is imported, as `signal` does from `_signal`, `threading` from `_thread`.
    for name, kind in UNAUDITED.items():
        if hasattr(posix, name):
            noting = Noting(getattr(posix, name), kind)
            for module in (posix, sys.modules.get("os", posix)):
                setattr(module, name, noting)
    _thread.start_new_thread = Noting(_thread.start_new_thread, "thread")
    if hasattr(_signal, "pidfd_send_signal"):
        _signal.pidfd_send_signal = Noting(_signal.pidfd_send_signal, "signal")
    sys.addaudithook(hook)
