### exit with the code of a CPU limit -> worker-lost
import os
os._exit(152)

### exit with the code of a forbidden system call -> worker-lost
import os
os._exit(159)

### exit with the code of a kill -> worker-lost
import os
os._exit(137)

### a MemoryError of one's own -> exception
raise MemoryError

### a MemoryError class of one's own -> exception
class MemoryError(MemoryError):
    __module__ = "builtins"
raise MemoryError

### forbidden-import by one's own word -> sandbox-violation
say('"nonce":"%s","program":["forbidden-import",["ImportError","import of os"]],"calls":[]' % sign())

### a syntax error by one's own word -> sandbox-violation
say('"nonce":"%s","program":["syntax-error",["SyntaxError","no"]],"calls":[]' % sign())

### a timeout by one's own word -> sandbox-violation cpu-limit
say('"nonce":"%s","program":["timeout",["Timeout","no"]],"calls":[]' % sign())

### the findings a second time -> sandbox-violation
say('"program":null,"calls":[null],"imports":[]')

### findings of another program -> sandbox-violation
say('"program":["syntax-error",["SyntaxError","no"]],"calls":[null],"imports":["os"]')

### a worker without limits, so that the host gives up -> sandbox-violation
say('"unlimited":"no"')

### an import as a flag -> sandbox-violation
say('"tried":"import:os"')

### the host's own flag -> sandbox-violation
say('"tried":"violation"')

### one flag without end -> sandbox-violation
while True:
    say('"tried":"socket"')

### a flag that is a list -> sandbox-violation
say('"tried":["socket"]')

### a call that could be compiled, by one's own word not -> sandbox-violation
say('"nonce":"%s","program":null,"calls":[null]' % sign())

### a value for a program that failed -> sandbox-violation
say('"nonce":"%s","program":["exception",["E","m"]],"calls":[["ok",true,null]]' % sign())

### a value and an error -> sandbox-violation
say('"nonce":"%s","program":null,"calls":[["ok",true,["E","m"]]]' % sign())

### more values than calls -> sandbox-violation
say('"nonce":"%s","program":null,"calls":[["ok",true,null],["ok",true,null]]' % sign())

### an error of the size of a book -> sandbox-violation
say('"nonce":"%s","program":["exception",["E","%s"]],"calls":[]' % (sign(), "m" * 1000000))

### two million brackets -> sandbox-violation
import os
data = (2000000).to_bytes(4, "big") + b"[" * 2000000
while data:
    data = data[os.write(3, data):]

### half a million empty lists -> sandbox-violation
import os
body = b"[" + b"[]," * 699000 + b"[]]"
data = len(body).to_bytes(4, "big") + body
while data:
    data = data[os.write(3, data):]

### a number of two million digits -> sandbox-violation
import os
data = (2000000).to_bytes(4, "big") + b"1" * 2000000
while data:
    data = data[os.write(3, data):]

### names of the host's prototypes -> sandbox-violation
say('"nonce":"%s","program":null,"calls":[["ok",["d",["__proto__",true]],null]],"__proto__":{"flags":[]}' % sign())

### a SyntaxError whose line is a trap -> exception
class Trap(SyntaxError):
    __module__ = "builtins"
    lineno = property(lambda self: 1 / 0)
raise Trap("x")

### an exception whose class is a trap -> exception
class Trap(Exception):
    __class__ = property(lambda self: 1 / 0)
    __traceback__ = property(lambda self: 1 / 0)
    args = property(lambda self: 1 / 0)
raise Trap("x")

### an exception whose module is a trap -> exception
class Module:
    def __eq__(self, other):
        raise SystemExit(0)
class Trap(Exception):
    __module__ = Module()
raise Trap("x")

### an exception whose name is a trap -> exception
class Name(str):
    def __getitem__(self, key):
        raise SystemExit(0)
    __add__ = __len__ = __str__ = encode = __getitem__
class Trap(Exception):
    pass
Trap.__name__ = Name("Trap")
raise Trap("x")

### an exception whose metaclass is a trap -> exception
class Meta(type):
    def __getattribute__(cls, name):
        raise OSError
    def __instancecheck__(cls, other):
        raise OSError
    __subclasscheck__ = __eq__ = __instancecheck__
    __hash__ = type.__hash__
class Trap(Exception, metaclass=Meta):
    pass
raise Trap("x")

### an exception with a traceback of a trap -> exception
def deep(n):
    if n:
        deep(n - 1)
    raise ValueError("x" * 1000000, [1])
deep(900)

### no standard output at all -> ok
import sys
del sys.stdout, sys.stderr, sys.stdin

### a standard output whose attributes are traps -> ok
import sys
class Out:
    def __getattribute__(self, name):
        raise SystemExit(3)
sys.stdout = Out()

### an empty table of modules -> ok
import sys
sys.modules.clear()
vars(sys).clear()

### no builtins left -> ok
import builtins
vars(builtins).clear()

### a collector that changes values while they are sent -> unserialisable
import gc
escaped = [[i] for i in range(50000)]
def change(phase, info):
    escaped.append(escaped)
gc.callbacks.append(change)
gc.set_threshold(1)

### an audit hook that refuses everything -> exception
import sys
def refuse(event, args):
    raise SystemExit(0)
sys.addaudithook(refuse)

### signals while the result is sent -> exception worker-lost unserialisable ok
import signal
def again(number, frame):
    raise ValueError("again")
signal.signal(signal.SIGALRM, again)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
escaped = [0] * 80000

### a result in the place of the worker's, from a destructor -> unserialisable sandbox-violation
class Late:
    def __del__(self):
        say('"nonce":"","program":null,"calls":[["ok",true,null]]')
escaped = Late()

### every limit lowered to nothing -> ok worker-lost
# Without CPU time the kernel's next tick kills it, unless it has ended by then.
import resource
for kind in range(16):
    try:
        resource.setrlimit(kind, (0, 0))
    except (ValueError, OSError):
        pass

### an exception when no builtins are left -> exception
import builtins
class Trap(Exception):
    pass
trap = Trap("x")
vars(builtins).clear()
raise trap

### descriptors changed places -> sandbox-violation timeout cpu-limit
import os
os.dup2(3, 4)

### frames into the output -> timeout worker-lost cpu-limit
import os
os.dup2(1, 3)

### the worker's tables rewritten -> worker-lost
import sys
frame = sys._getframe()
while frame:
    if "AUDITED" in frame.f_globals:
        names = frame.f_globals
        names["AUDITED"].clear()
        names["LIMITS"]["hard"] = "x"
        names["Encoder"].encode = lambda self, value: '["i","0x1"'
        for name in ("quote", "pair", "describe", "flush", "_len", "_type"):
            names[name] = lambda *rest: "]"
    frame = frame.f_back
