# What a program tries, by kind: a safety flag for each. What it tries fails by the sandbox, not by this.

AUDITED = {
    "socket.": "socket",
    "subprocess.": "process",
    "os.fork": "process",
    "os.exec": "process",
    "os.posix_spawn": "process",
    "os.spawn": "process",
    "os.system": "process",
    "os.kill": "signal",
    "os.putenv": "environment",
    "os.remove": "file-write",
    "os.rename": "file-write",
    "os.mkdir": "file-write",
    "os.rmdir": "file-write",
    "os.link": "file-write",
    "os.symlink": "file-write",
    "os.chmod": "file-write",
    "shutil.": "file-write",
    "ctypes.": "native-code",
    "mmap.": "memory-map",
    "sys.settrace": "tracing",
    "sys.setprofile": "tracing",
    "gc.get_": "introspection",
    "sys._current_frames": "introspection",
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

    def note(kind):
        if kind not in seen:
            seen.add(kind)
            send('{"tried":"' + kind + '"}')

    def hook(event, args):
        if event == "open":
            path, _, mode = args
            if _type(mode) is _int and mode & WRITING:
                note("file-write")
            # The interpreter looks for the source of `<string>` when an error in it is shown.
            elif _type(path) is _str and not path.startswith(library) and not (path[:1] == "<" and path[-1:] == ">"):
                note("file-read")
        elif event == "os.listdir" or event == "os.scandir":
            path = args[0]
            if _type(path) is not _str or not path.startswith(library):
                note("file-read")
        elif event.startswith(prefixes):
            for prefix in prefixes:
                if event.startswith(prefix):
                    note(AUDITED[prefix])

    sys.addaudithook(hook)
