### recursion
def f(n):
    return n if n < 2 else f(n - 1) + f(n - 2)
value = f(18)
# 2584
### recursion a few hundred deep
def f(n):
    return 0 if n == 0 else 1 + f(n - 1)
value = f(900)
# 900
### big but legal memory
value = len(bytearray(60 << 20))
# 62914560
### heavy but legal CPU
value = sum(i * i % 7 for i in range(300000))
# 599998
### unicode
value = "naïve 日本 😀".upper()[::-1]
# '😀 本日 EVÏAN'
### dataclasses
from dataclasses import dataclass, asdict
@dataclass(order=True)
class P:
    x: int
    y: float = 0.5
value = [asdict(p) for p in sorted([P(2), P(1)])]
# [{'x': 1, 'y': 0.5}, {'x': 2, 'y': 0.5}]
### regular expressions
import re
value = re.sub(r"(\w+) (\w+)", r"\2 \1", "hello world")
# 'world hello'
### decimal
from decimal import Decimal, getcontext
getcontext().prec = 30
value = str(Decimal(2).sqrt())
# '1.41421356237309504880168872421'
### fractions
from fractions import Fraction
value = str(sum(Fraction(1, n) for n in range(1, 6)))
# '137/60'
### generators
def g():
    received = yield 1
    yield received * 2
it = g()
value = (next(it), it.send(21))
# (1, 42)
### collections and heapq
import collections, heapq
heap = [3, 1, 2]
heapq.heapify(heap)
value = (collections.Counter("banana").most_common(1), heapq.heappop(heap), collections.OrderedDict(a=1)["a"])
# ([('a', 3)], 1, 1)
### itertools and functools
import functools, itertools
value = (list(itertools.permutations("ab")), functools.reduce(lambda a, b: a * b, range(1, 6)))
# ([('a', 'b'), ('b', 'a')], 120)
### closures and decorators
import functools
def twice(f):
    @functools.wraps(f)
    def g(*args):
        return f(f(*args))
    return g
@twice
def add(x):
    return x + 1
value = (add(1), add.__name__)
# (3, 'add')
### context managers and exceptions
import contextlib
@contextlib.contextmanager
def manager():
    try:
        yield 1
    except ValueError as error:
        value.append(str(error))
value = []
with manager() as one:
    value.append(one)
    raise ValueError("caught")
# [1, 'caught']
### classes, properties and slots
class A:
    __slots__ = ("x",)
    def __init__(self):
        self.x = 1
    @property
    def y(self):
        return self.x + 1
class B(A):
    def __add__(self, other):
        return self.y + other
value = B() + 3
# 5
### typing and abstract classes
import abc
from typing import List, Optional
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...
class Square(Shape):
    def __init__(self, side: Optional[int] = None):
        self.side = side or 2
    def area(self) -> float:
        return float(self.side ** 2)
value = Square().area()
# 4.0
### json and struct
import json, struct
value = (json.loads(json.dumps({"a": [1, None]})), struct.pack(">I", 258))
# ({'a': [1, None]}, b'\x00\x00\x01\x02')
### random with a seed
import random
value = random.Random(7).randint(0, 100)
# 41
### dates and time
import datetime
value = (datetime.date(2024, 2, 28) + datetime.timedelta(days=2)).isoformat()
# '2024-03-01'
### big integers
value = pow(3, 200, 10**9 + 7) + 2**100
# 1267650600228229401496839523541
### comprehensions and walrus
value = {k: [v for v in range(k) if (w := v * v) % 2 == 0] for k in (2, 5)}
# {2: [0], 5: [0, 2, 4]}
### pattern matching
def kind(x):
    match x:
        case [a, *_]:
            return a
        case {"k": v}:
            return v
        case _:
            return None
value = [kind([1, 2]), kind({"k": 3}), kind(4)]
# [1, 3, None]
### string formatting
value = f"{3.14159:.2f}|{255:#x}|{'a':>3}|{1_000_000:,}"
# '3.14|0xff|  a|1,000,000'
### hashing and encoding
import base64, hashlib
value = (base64.b64encode(b"hi"), hashlib.sha256(b"").hexdigest()[:8])
# (b'aGk=', 'e3b0c442')
### a main guard and an early exit
value = 1
if __name__ == "__main__":
    value = 2
    raise SystemExit
# 2
