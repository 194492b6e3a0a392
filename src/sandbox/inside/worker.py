# One job. Descriptors as the host opened them: 0 frames in (then the program's standard input), 1 frames out, 2 launcher
# messages (then the program's standard output). They are moved so that the program finds its standard output on 1,
# nothing on 2, and the frames leave by 3 (4 is a second way to the standard output). A frame is a 4-byte big-endian
# length and JSON.
#
# Frames out: `hello`; after the job came, what was found in it before it runs; a frame for each kind of thing that the
# program tries; the result. The host believes the first two, since nothing of the program has run by then.

MEMORY_RESERVE = 32 << 20
SYNTAX_TREE = 0x400
TOO_LARGE = "the program is too large to be looked through for imports"
CANNOT_COMPILE = (_SyntaxError, _ValueError, _RecursionError, _OverflowError)
LIMITS = {"hard": -1, "lifting": False}


def read_exactly(count):
    data = bytearray()
    while len(data) < count:
        chunk = _read(0, min(count - len(data), 1 << 20))
        if not chunk:
            _exit(0)  # the host closed the pipe: nobody waits for this worker any more
        data += chunk
    return bytes(data)


def receive():
    """The next frame from the host. It is JSON without true, false and null, which is Python too."""
    length = _from_bytes(read_exactly(4), "big")
    return _eval(read_exactly(length).decode(), {"__builtins__": {}})


def send(text):
    body = text.encode("ascii")
    data = _to_bytes(_len(body), 4, "big") + body
    while data:
        data = data[_write(3, data):]


def can_read(path):
    """What reading a file of the host says: `read`, or the number of the error."""
    try:
        descriptor = posix.open(path, posix.O_RDONLY)
    except OSError as error:
        return str(error.errno)
    posix.close(descriptor)
    return "read"


def can_write(paths):
    """The first of the interpreter's own files and directories that can be written to; empty where none can."""
    return next((path for path in paths if posix.access(path, posix.W_OK)), "")


def denied_calls():
    """What two calls say that the project's own filter alone denies: a number of an error each, or `done`."""
    said = []
    # fcntl(F_GETLK), and ioctl(FIONBIO) to what the descriptor is already.
    for call, arguments in ((posix.lockf, (0, posix.F_TEST, 1)), (posix.set_blocking, (0, True))):
        try:
            call(*arguments)
            said.append("done")
        except OSError as error:
            said.append(str(error.errno))
    return " ".join(said)


def limit(kind, soft, hard):
    """Sets a limit, or keeps a lower one that is there. Raises when it does not hold afterwards."""
    if soft <= 0:
        raise ValueError("a limit of " + str(soft))
    ceiling = _getrlimit(kind)[1]
    if ceiling != _RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    _setrlimit(kind, (soft, hard))
    if _getrlimit(kind) != (soft, hard):
        raise ValueError("a limit that was set is not there")
    return hard


def limit_resources(job):
    """Sets the job's limits. Memory 0 means that the host watches it, where the kernel has no limit to set."""
    if job["memory"]:
        LIMITS["hard"] = limit(_RLIMIT_AS, job["memory"], job["memory"] + MEMORY_RESERVE)
    # The host counts CPU time itself; this is for a host that is held up.
    limit(_RLIMIT_CPU, job["cpu"] + 1, job["cpu"] + 2)


def lift_memory_limit():
    """Gives the reserve free, so that the end of a program that has used its memory can still be told."""
    if LIMITS["hard"] > 0:
        LIMITS["lifting"] = True
        _setrlimit(_RLIMIT_AS, (LIMITS["hard"], LIMITS["hard"]))
        LIMITS["lifting"] = False


def filter_calls(instructions):
    """
    Puts a seccomp filter (struct sock_filter) on this process: prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program). The
    host hears afterwards what it denies. Without ctypes itself, which takes as long to import as the interpreter to start.
    """
    import _ctypes

    address = id(instructions) + bytes.__basicsize__ - 1
    count = len(instructions) // 8
    program = count.to_bytes(8, sys.byteorder) + address.to_bytes(8, sys.byteorder)
    prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
    _ctypes.call_function(prctl, (22, 2, program))  # refused where no sandbox is: that is told with the rest
    del sys.modules["_ctypes"]


def prepare(job):
    """
    Compiles a job and sends what was found: `{"program": error, "calls": [error, ...], "imports": [module, ...]}`, each
    error null for none. Returns the code of the program, None when it is not to run, and of the calls.
    """
    code, problem, trees, calls, errors, imports = None, "null", [], [], [], []
    try:
        tree = _compile(job["program"], "<program>", "exec", SYNTAX_TREE, True)
        trees.append(tree)
        code = _compile(tree, "<program>", "exec", 0, True)
    except CANNOT_COMPILE as error:
        problem = '["syntax-error",' + pair(describe(error)) + "]"
    except _MemoryError as error:
        lift_memory_limit()
        problem = '["memory-limit",' + pair(describe(error)) + "]"
    for text in job["calls"]:
        try:
            tree = _compile(text.strip(), "<call>", "eval", SYNTAX_TREE, True)
            trees.append(tree)
            calls.append(_compile(tree, "<call>", "eval", 0, True))
            errors.append("null")
        except CANNOT_COMPILE + (_MemoryError,) as error:
            calls.append(None)
            errors.append(pair(describe(error)))
    if job["forbidden"]:
        try:
            imports = forbidden_imports(trees, job["forbidden"])
        except _BaseException as error:
            lift_memory_limit()
            verdict = "memory-limit" if _type(error) is _MemoryError else "syntax-error"
            problem = '["' + verdict + '",' + pair([describe(error)[0], TOO_LARGE]) + "]"
            code = None
    send(
        '{"program":' + problem + ',"calls":[' + ",".join(errors) + '],"imports":['
        + ",".join(quote(name) for name in imports) + "]}"
    )
    return None if imports else code, calls


def run_module(code, namespace):
    """`null`, or JSON of [verdict, error]. SystemExit with 0 or None is an ordinary end."""
    try:
        _exec(code, namespace)
    except _SystemExit as error:
        status = _args_of(error)
        if not status or status[0] is None or (_type(status[0]) is _int and status[0] == 0):
            return "null"
        return '["exception",' + pair(outcome(error)[1]) + "]"
    except _BaseException as error:
        verdict, problem = outcome(error)
        return '["' + verdict + '",' + pair(problem) + "]"
    return "null"


def run_call(code, namespace, encoder):
    """JSON of one call's [verdict, value, error]; `null` for one that cannot be compiled."""
    if code is None:
        return "null"
    try:
        return '["ok",' + encoder.encode(_eval(code, namespace)) + ",null]"
    except _BaseException as error:
        verdict, problem = outcome(error)
        return '["' + verdict + '",null,' + encoder.error(problem) + "]"


def flush():
    """What cannot be written is not part of the output."""
    try:
        _flush()
    except _BaseException:
        pass
    try:
        sys.stdout.flush()
    except _BaseException:
        pass


def main():
    setup = receive()
    sys.path[:] = [path for path in sys.path if path]
    sys.argv[:] = [""]
    builtins.exit = builtins.quit = sys.exit
    _dup2(1, 3)
    _dup2(2, 1)
    _dup2(1, 4)  # the end marker gets through even if the program closes 1
    # 1 and not 0: the kernel hands a core to a crash handler of the host under 0, under 1 it does not.
    if _getrlimit(resource.RLIMIT_CORE) != (1, 1):
        _setrlimit(resource.RLIMIT_CORE, (1, 1))
    if setup["filter"]:
        filter_calls(bytes.fromhex(setup["filter"]))
    null = posix.open("/dev/null", posix.O_WRONLY)
    _dup2(null, 2)
    posix.close(null)
    # The first use of the syntax tree's types costs as much as a small program: here nobody waits for it.
    _compile(_compile("def f(x):\n return [x]", "<warm>", "exec", SYNTAX_TREE, True), "<warm>", "exec", 0, True)
    written = can_write(setup["interpreter"])
    said = (("canary", can_read(setup["canary"])), ("denied", denied_calls()), ("written", written))
    send('{"hello":1' + "".join([',"' + name + '":' + quote(text) for name, text in said]) + "}")

    job = receive()
    try:
        limit_resources(job)
    except (ValueError, OSError, OverflowError) as error:
        send('{"unlimited":' + quote(str(error)) + "}")
        _exit(0)
    code, calls = prepare(job)
    nonce, encoder = job["nonce"], Encoder(job["maxValueBytes"])
    # What a program finds in these frames is what it needs and no more.
    setup.clear()
    job.clear()
    if code is not None:
        run(code, calls, nonce, encoder)
    # The host reads CPU time and memory of this process from /proc, then kills it.
    _sleep(2)
    _exit(0)


def run(code, calls, nonce, encoder):
    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace["__builtins__"] = builtins
    watch()
    problem = run_module(code, namespace)
    values = [run_call(call, namespace, encoder) for call in calls] if problem == "null" else []
    flush()
    _write(4, nonce.encode())
    send('{"nonce":' + quote(nonce) + ',"program":' + problem + ',"calls":[' + ",".join(values) + "]}")


main()
