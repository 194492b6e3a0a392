### a frame before the worker's -> sandbox-violation
import os
body = b'{"nonce":"","program":null,"calls":[["ok",true,null]]}'
os.write(3, len(body).to_bytes(4, "big") + body)

### a frame and a silent end -> sandbox-violation
import os
body = b'{"nonce":"","program":null,"calls":[["ok",true,null]]}'
os.write(3, len(body).to_bytes(4, "big") + body)
os._exit(0)

### half a frame -> worker-lost
import os
os.write(3, b"\0\0\1\0half")
os._exit(0)

### half a frame and a long wait -> timeout cpu-limit
import os, time
os.write(3, b"\0\0\1\0half")
time.sleep(1000)

### a frame that says it is huge -> sandbox-violation
import os
os.write(3, b"\xff\xff\xff\xff")

### a flood of frames -> sandbox-violation
import os
while True:
    os.write(3, b"\0\0\0\2{}" * 10000)

### bytes one by one -> sandbox-violation timeout cpu-limit
import os
os.write(3, b"\0\x3f\xff\xff")
while True:
    os.write(3, b"[")

### a frame that is not JSON -> sandbox-violation
import os
os.write(3, b"\0\0\0\4\xff\xfe{]")

### a frame that is deep -> sandbox-violation
import os
body = b"[" * 200000 + b"]" * 200000
while body:
    body = (len(body).to_bytes(4, "big") + body)[os.write(3, (len(body).to_bytes(4, "big") + body)):] and b""

### prototype words as a frame -> sandbox-violation
import os
body = b'{"__proto__":{"nonce":1},"constructor":1,"verdict":"ok"}'
os.write(3, len(body).to_bytes(4, "big") + body)
os._exit(0)

### close the frame's descriptor -> worker-lost
import os
os.closerange(3, 64)

### the output marker before its time -> ok sandbox-violation
import os, sys
frame = sys._getframe()
while frame:
    nonce = frame.f_locals.get("nonce")
    if nonce:
        os.write(4, nonce.encode())
    frame = frame.f_back

### patched json -> ok
import json, json.encoder
json.dumps = lambda *a, **k: '{"verdict":"ok"}'
json.encoder.encode_basestring_ascii = lambda s: '"x"'

### patched builtins -> ok
import builtins
for name in ("type", "len", "repr", "str", "isinstance", "hex", "sorted", "getattr", "print"):
    setattr(builtins, name, lambda *a, **k: True)

### the worker's own functions -> timeout worker-lost cpu-limit
import sys
frame = sys._getframe()
while frame:
    if "send" in frame.f_globals:
        frame.f_globals["send"] = lambda text: None
    frame = frame.f_back

### an object that is equal to everything -> unserialisable
class Any:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 1
    def __repr__(self):
        return "True"
escaped = Any()

### an integer that is not one -> unserialisable
class Int(int):
    def __eq__(self, other):
        return True
    __hash__ = int.__hash__
escaped = Int(1)

### a string that is not one -> unserialisable
class Str(str):
    def __eq__(self, other):
        return True
    __hash__ = str.__hash__
escaped = Str("x")

### a list that is not one -> unserialisable
class List(list):
    def __iter__(self):
        return iter([True])
escaped = List()

### an object inside a set -> unserialisable
class Any:
    def __eq__(self, other):
        return True
    def __hash__(self):
        return 2
escaped = {1, Any()}

### a type with a lying name -> unserialisable
class Meta(type):
    def __eq__(cls, other):
        return True
    def __hash__(cls):
        return hash(bool)
    @property
    def __name__(cls):
        return "bool"
class Bool(metaclass=Meta):
    pass
escaped = Bool()

### an exception that hangs when printed -> exception
class Slow(Exception):
    def __str__(self):
        while True:
            pass
    __repr__ = __str__
raise Slow(Slow())

### an exception that lies about its arguments -> exception
class Liar(Exception):
    args = property(lambda self: 1 / 0)
    __class__ = SystemExit
raise Liar("x")

### an exception with a huge message -> exception
raise ValueError("x" * (1 << 22))

### exits of every kind -> ok
import atexit
atexit.register(lambda: print("late"))
class Late:
    def __del__(self):
        import os
        os._exit(0)
raise SystemExit

### SystemExit with a word -> exception
raise SystemExit("escaped")

### KeyboardInterrupt -> exception
raise KeyboardInterrupt

### GeneratorExit -> exception
raise GeneratorExit

### a profiler in the encoder -> ok exception unserialisable timeout cpu-limit
import sys
def spy(frame, event, arg):
    if "pieces" in frame.f_locals:
        raise ValueError("no")
sys.setprofile(spy)

### an import hook -> ok
import sys
class Hook:
    def find_spec(self, *args):
        raise SystemExit
sys.meta_path.insert(0, Hook())

### sys.stdout with a hanging flush -> timeout cpu-limit
import sys
class Out:
    def write(self, text):
        pass
    def flush(self):
        while True:
            pass
sys.stdout = Out()

### the end of a surrogate pair -> unserialisable
escaped = "\ud83d" + "\ude00"

### the true frame twice -> sandbox-violation
import os, sys
frame, nonce = sys._getframe(), None
while frame:
    nonce = nonce or frame.f_locals.get("nonce") or frame.f_locals.get("job", {}).get("nonce")
    frame = frame.f_back
body = ('{"nonce":"%s","program":null,"calls":[["ok",true,null]]}' % nonce).encode()
os.write(4, nonce.encode())
os.write(3, 2 * (len(body).to_bytes(4, "big") + body))
os._exit(0)

### words for the terminal as a flag -> sandbox-violation
say('"tried":"\\u001b[2J"')

### a frame of many names -> sandbox-violation
import os
body = ("{" + ",".join('"k%d":1' % i for i in range(200000)) + "}").encode()
data = len(body).to_bytes(4, "big") + body
while data:
    data = data[os.write(3, data):]

### a flood behind a frame -> sandbox-violation
import os
os.write(3, b"\0\0\0\2{}")
while True:
    os.write(3, b"x" * 65536)

### lone surrogates are values like others -> ok
escaped = {"\ud83d": ["\ude00", "\ude00\ud83d"]}

### a set that repeats one item in place of all -> sandbox-violation
import os, sys
frame, nonce = sys._getframe(), None
while frame:
    nonce = nonce or frame.f_locals.get("nonce") or frame.f_locals.get("job", {}).get("nonce")
    frame = frame.f_back
body = ('{"nonce":"%s","program":null,"calls":[["ok",["s",true,true,true],null]]}' % nonce).encode()
os.write(4, nonce.encode())
os.write(3, len(body).to_bytes(4, "big") + body)
os._exit(0)
