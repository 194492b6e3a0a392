"""The inside of the sandbox: a process that runs one program and ends.

Everything here is trusted until `exec`; from then on the process belongs to the program, and the host believes
nothing it says beyond "this is the value that the program wants to have". So nothing secret is ever here, the
expected answer least of all.

Descriptors as the host opened them: 0 frames in (then the program's standard input), 1 frames out, 2 launcher
messages (then the program's standard output). They are moved so that the program finds its standard output on
1, nothing on 2, and the frames leave by 3 (4 is a second way to the standard output). A frame is a 4-byte
big-endian length and JSON. Few modules are imported: a worker is started for every program.
"""

import sys
import builtins
import posix
import resource
import time
from _json import encode_basestring_ascii as quote
from types import ModuleType

MAX_DEPTH = 100
MAX_INT_BITS = 65536
MAX_MESSAGE = 300
MEMORY_RESERVE = 32 << 20

# Bound here, before the program can replace them.
_type, _len, _repr, _str, _int, _float, _list, _dict = type, len, repr, str, int, float, list, dict
_tuple, _set, _frozenset, _bytes, _bool, _complex = tuple, set, frozenset, bytes, bool, complex
_hex, _isinstance, _compile, _exec, _eval = hex, isinstance, compile, exec, eval
_BaseException, _MemoryError, _SyntaxError, _ValueError = BaseException, MemoryError, SyntaxError, ValueError
_RecursionError, _OverflowError, _SystemExit = RecursionError, OverflowError, SystemExit
_KeyError, _OSError = KeyError, OSError
_read, _write, _exit, _flush = posix.read, posix.write, posix._exit, sys.stdout.flush
_setrlimit = resource.setrlimit
_RLIMIT_AS, _RLIMIT_CPU = resource.RLIMIT_AS, resource.RLIMIT_CPU
_dup2, _sleep = posix.dup2, time.sleep
_name_of = type.__dict__["__name__"].__get__
_module_of = type.__dict__["__module__"].__get__
_args_of = BaseException.__dict__["args"].__get__
_from_bytes, _to_bytes = int.from_bytes, int.to_bytes


class Unserialisable(Exception):
    pass


class Encoder:
    """Writes values as JSON text, exact in type, without ever calling a method that a program could define."""

    def __init__(self, budget):
        self.budget = budget

    def encode(self, value):
        pieces = []
        self._value(value, pieces.append, 0)
        return "".join(pieces)

    def _spend(self, amount):
        self.budget -= amount
        if self.budget < 0:
            raise Unserialisable("the values are too large to be returned")

    def _value(self, x, out, depth):
        self._spend(8)
        if depth > MAX_DEPTH:
            raise Unserialisable("the value is nested too deeply")
        t = _type(x)
        if x is None:
            out("null")
        elif t is _bool:
            out("true" if x else "false")
        elif t is _int:
            if x.bit_length() > MAX_INT_BITS:
                raise Unserialisable("the integer has more than 65536 bits")
            text = _hex(x)
            self._spend(_len(text))
            out('["i","' + text + '"]')
        elif t is _float:
            out('["f","' + _repr(x) + '"]')
        elif t is _complex:
            out('["c","' + _repr(x.real) + '","' + _repr(x.imag) + '"]')
        elif t is _str:
            self._spend(_len(x))
            if not x.isascii():
                check_surrogates(x)
            text = quote(x)
            self._spend(_len(text) - _len(x))
            out(text)
        elif t is _bytes:
            self._spend(2 * _len(x))
            out('["b","' + x.hex() + '"]')
        elif t is _list:
            self._items("l", x, out, depth)
        elif t is _tuple:
            self._items("t", x, out, depth)
        elif t is _set:
            self._items("s", x, out, depth)
        elif t is _frozenset:
            self._items("z", x, out, depth)
        elif t is _dict:
            out('["d"')
            for key, value in x.items():
                out(",[")
                self._value(key, out, depth + 1)
                out(",")
                self._value(value, out, depth + 1)
                out("]")
            out("]")
        else:
            raise Unserialisable("a value of type " + _name_of(t)[:60] + " cannot be returned")

    def _items(self, tag, items, out, depth):
        out('["' + tag + '"')
        for item in items:
            out(",")
            self._value(item, out, depth + 1)
        out("]")


def check_surrogates(text):
    """Two surrogates that would read as one character in UTF-16 cannot be told from it on the host."""
    high = False
    for c in text:
        if high and "\udc00" <= c <= "\udfff":
            raise Unserialisable("the string holds a surrogate pair")
        high = "\ud800" <= c <= "\udbff"


def describe(error):
    """Type and bounded message of an exception. A message made of program objects is left out."""
    t = _type(error)
    name = _name_of(t)
    message = ""
    args = _args_of(error)
    if _isinstance(error, _SyntaxError) and _module_of(t) == "builtins":
        message = args[0] if args and _type(args[0]) is _str else ""
        line = error.lineno
        if _type(line) is _int:
            message = message[:MAX_MESSAGE] + " (line " + _repr(line) + ")"
    elif _isinstance(error, _OSError) and _len(args) > 1 and _type(args[1]) is _str and _type(args[0]) is _int:
        message = "[Errno " + _repr(args[0]) + "] " + args[1]
    elif _module_of(t) == "builtins" or _type(t) is _type:
        if args and _type(args[0]) is _str:
            message = _repr(args[0][:MAX_MESSAGE]) if t is _KeyError else args[0]
        elif args and (args[0] is None or _type(args[0]) in (_bool, _float)):
            message = _repr(args[0])
        elif args and _type(args[0]) is _int and args[0].bit_length() < 1000:
            message = _repr(args[0])
    return [name[:100], message[:MAX_MESSAGE]]


def verdict_of(error):
    if _isinstance(error, _MemoryError):
        _setrlimit(_RLIMIT_AS, (LIMITS["hard"], LIMITS["hard"]))
        return "memory-limit"
    return "unserialisable" if _isinstance(error, Unserialisable) else "exception"


# ---- forbidden modules ----------------------------------------------------------------------------------


def forbidden_imports(tree, forbidden):
    """Names of the forbidden modules that the tree imports, in any spelling whose module name is a constant."""
    found = set()

    def check(name):
        for module in forbidden:
            if name == module or name.startswith(module + "."):
                found.add(module)

    todo = [tree]
    while todo:
        node = todo.pop()
        kind = type(node).__name__
        if kind == "Import":
            for alias in node.names:
                check(alias.name)
        elif kind == "ImportFrom" and not node.level and node.module:
            check(node.module)
            for alias in node.names:
                check(node.module + "." + alias.name)
        elif kind == "Call":
            function = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            if function in ("__import__", "import_module"):
                names = node.args[:1] + [k.value for k in node.keywords if k.arg == "name"]
                for name in names:
                    if type(getattr(name, "value", None)) is str:
                        check(name.value)
        for field in node._fields:
            child = getattr(node, field, None)
            if isinstance(child, list):
                todo.extend(c for c in child if hasattr(c, "_fields"))
            elif hasattr(child, "_fields"):
                todo.append(child)
    return sorted(found)


# ---- safety flags ---------------------------------------------------------------------------------------

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
}
WRITING = posix.O_WRONLY | posix.O_RDWR | posix.O_CREAT | posix.O_TRUNC | posix.O_APPEND


def watch(flags):
    """Notes what the program tries, by kind. What it tries fails by the sandbox, not by this."""
    prefixes = tuple(AUDITED)
    library = tuple(sys.path)

    def hook(event, args):
        if event == "open":
            path, _, mode = args
            if _type(mode) is _int and mode & WRITING:
                flags.add("file-write")
            elif _type(path) is _str and not path.startswith(library):
                flags.add("file-read")
        elif event == "os.listdir" or event == "os.scandir":
            path = args[0]
            if _type(path) is not _str or not path.startswith(library):
                flags.add("file-read")
        elif event.startswith(prefixes):
            for prefix in prefixes:
                if event.startswith(prefix):
                    flags.add(AUDITED[prefix])

    sys.addaudithook(hook)


# ---- the one job ----------------------------------------------------------------------------------------


def read_exactly(count):
    data = bytearray()
    while len(data) < count:
        chunk = _read(0, min(count - len(data), 1 << 20))
        if not chunk:
            _exit(0)  # the host closed the pipe: nobody waits for this worker any more
        data += chunk
    return bytes(data)


def send(text):
    body = text.encode("ascii")
    data = _to_bytes(_len(body), 4, "big") + body
    while data:
        data = data[_write(3, data):]


def run_module(job, namespace, flags):
    """(verdict, error) of the module's body. SystemExit with 0 or None is an ordinary end."""
    program = job["program"]
    try:
        tree = _compile(program, "<program>", "exec", 0x400, True)
        found = forbidden_imports(tree, job["forbidden"]) if job["forbidden"] else []
        for name in found:
            flags.add("import:" + name[:60])
        if found:
            return "forbidden-import", ["ImportError", "import of " + ", ".join(found)[:MAX_MESSAGE]]
        code = _compile(tree, "<program>", "exec", 0, True)
    except _MemoryError as error:
        return verdict_of(error), describe(error)
    except (_SyntaxError, _ValueError, _RecursionError, _OverflowError) as error:
        return "syntax-error", describe(error)
    watch(flags)
    try:
        _exec(code, namespace)
    except _SystemExit as error:
        status = _args_of(error)
        if status and not (status[0] is None or (_type(status[0]) is _int and status[0] == 0)):
            return "exception", describe(error)
    except _BaseException as error:
        return verdict_of(error), describe(error)
    return "ok", None


def run_call(call, namespace, encoder):
    """JSON of one call's [verdict, value, error]."""
    try:
        code = _compile(call.strip(), "<call>", "eval", 0, True)
    except (_SyntaxError, _ValueError, _RecursionError, _OverflowError, _MemoryError) as error:
        return "syntax-error", '["syntax-error",null,' + pair(describe(error)) + "]"
    try:
        value = _eval(code, namespace)
        return "ok", '["ok",' + encoder.encode(value) + ",null]"
    except _BaseException as error:
        verdict = verdict_of(error)
        return verdict, '["' + verdict + '",null,' + pair(describe(error)) + "]"


def pair(error):
    return "null" if error is None else "[" + quote(error[0]) + "," + quote(error[1]) + "]"


def flush():
    for stream in (_flush, getattr(sys.stdout, "flush", None)):
        try:
            if stream is not None:
                stream()
        except _BaseException:
            pass  # what cannot be written is not part of the output


def receive():
    """The next frame from the host. It is JSON without true, false and null, which is Python too."""
    length = _from_bytes(read_exactly(4), "big")
    return _eval(read_exactly(length).decode(), {"__builtins__": {}})


def can_read(path):
    """What reading a file of the host says: `read`, or the number of the error."""
    try:
        descriptor = posix.open(path, posix.O_RDONLY)
    except OSError as error:
        return str(error.errno)
    posix.close(descriptor)
    return "read"


LIMITS = {"hard": -1}


def main():
    setup = receive()
    sys.path[:] = [path for path in sys.path if path]
    sys.argv[:] = [""]
    builtins.exit = builtins.quit = sys.exit
    _dup2(1, 3)
    _dup2(2, 1)
    _dup2(1, 4)  # the end marker gets through even if the program closes 1
    # 1 and not 0: the kernel hands a core to a crash handler of the host under 0, under 1 it does not.
    _setrlimit(resource.RLIMIT_CORE, (1, 1))
    null = posix.open("/dev/null", posix.O_WRONLY)
    _dup2(null, 2)
    posix.close(null)
    # The first use of the syntax tree's types costs as much as a small program: here nobody waits for it.
    _compile(_compile("def f(x):\n return [x]", "<warm>", "exec", 0x400, True), "<warm>", "exec", 0, True)
    send('{"hello":1,"canary":' + quote(can_read(setup["canary"])) + "}")

    job = receive()
    LIMITS["hard"] = job["memory"] + MEMORY_RESERVE
    try:
        _setrlimit(_RLIMIT_AS, (job["memory"], LIMITS["hard"]))
        _setrlimit(_RLIMIT_CPU, (job["cpu"], job["cpu"] + 1))
    except _ValueError:
        pass  # the launcher's own limits are lower

    module = ModuleType("__main__")
    sys.modules["__main__"] = module
    namespace = module.__dict__
    namespace["__builtins__"] = builtins
    flags = set()
    encoder = Encoder(job["maxValueBytes"])
    nonce = job["nonce"]
    verdict, error = run_module(job, namespace, flags)
    calls = []
    if verdict == "ok":
        for call in job["calls"]:
            ended, text = run_call(call, namespace, encoder)
            calls.append(text)
            if verdict == "ok" and ended != "ok":
                verdict = ended
    flush()
    _write(4, nonce.encode())
    names = ",".join(quote(flag) for flag in sorted(flags)[:50])
    send(
        '{"nonce":' + quote(nonce) + ',"verdict":"' + verdict + '","error":' + pair(error)
        + ',"calls":[' + ",".join(calls) + '],"flags":[' + names + "]}"
    )
    # The host reads CPU time and memory of this process from /proc, then kills it.
    _sleep(2)
    _exit(0)


main()
