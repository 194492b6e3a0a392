"""Writes random pairs of values as JSON lines: [repr(a), repr(b), a == b, repr(eval(repr(a))), features].
Arguments: seed, count. (The evaluated repr differs in the signs of zeros inside complex numbers.)

With a third argument `texts`: random and mutated literal texts instead, as [text, repr(literal_eval(text))],
null where Python refuses.
"""
import ast
import json
import random
import sys
import warnings

warnings.simplefilter("ignore")
rng = random.Random(int(sys.argv[1]))
count = int(sys.argv[2])
INTS = [0, 1, -1, 2, 10, 255, 2**31, 2**53, 2**53 + 1, 2**63, -(2**64), 10**30, 10**15, 10**16, 10**17]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.1, 1e15, 1e16, 123456789012345680.0, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308,
          float(2**53), float(2**63), 1e30, float("inf"), float("-inf"), float("nan"), 1e22, 2.5, 1e100]
CHARS = "ab'\"\\\n\t\r\x00\x7f\x80\xa0\xad\u0301\u200b\u2028\u3042\ud800\udfff\ue000\U0001f600\U000e0001 {}[](),:j_"


def text():
    out = ""
    for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
        c = rng.choice(CHARS)
        if out and "\ud800" <= out[-1] <= "\udbff" and "\udc00" <= c <= "\udfff":
            continue
        out += c
    return out


def scalar():
    kind = rng.randrange(9)
    if kind == 0:
        return rng.choice(INTS) + rng.choice([0, 0, 1, -1])
    if kind == 1:
        return rng.choice(FLOATS)
    if kind == 2:
        return rng.choice([True, False, None])
    if kind == 3:
        return text()
    if kind == 4:
        return bytes(rng.choice([0, 9, 39, 34, 92, 97, 127, 200]) for _ in range(rng.randrange(4)))
    if kind == 5:
        return complex(rng.choice(FLOATS), rng.choice(FLOATS))
    if kind == 6:
        return rng.uniform(-10, 10) * 10.0 ** rng.randrange(-25, 25)
    if kind == 7:
        return rng.getrandbits(rng.choice([1, 3, 60, 200])) * rng.choice([1, -1])
    return complex(rng.choice([0, 1, 2, -1]), rng.choice([0.0, -0.0, 1, -2.5]))


def hashable(depth):
    kind = rng.randrange(8)
    if depth > 0 and kind == 0:
        return tuple(hashable(depth - 1) for _ in range(rng.randrange(3)))
    if depth > 0 and kind == 1:
        return frozenset(hashable(depth - 1) for _ in range(rng.randrange(3)))
    return scalar()


def value(depth=3):
    kind = rng.randrange(9) if depth > 0 else 8
    size = rng.choice([0, 1, 2, 3])
    if kind == 0:
        return [value(depth - 1) for _ in range(size)]
    if kind == 1:
        return tuple(value(depth - 1) for _ in range(size))
    if kind == 2:
        return {hashable(depth - 1) for _ in range(size)}
    if kind == 3:
        return {hashable(depth - 1): value(depth - 1) for _ in range(size)}
    if kind == 4:
        return frozenset(hashable(depth - 1) for _ in range(size))
    return scalar()


def twin(x):
    """An equal or nearly equal value, built of other types where Python has them."""
    if rng.random() < 0.05:
        return value(1)
    if type(x) is bool or type(x) is int:
        options = [x, int(x)]
        if x in (0, 1):
            options += [bool(x), float(x), complex(x)]
        elif abs(x) < 10**300:
            options += [float(x), complex(float(x), rng.choice([0.0, -0.0]))]
        return rng.choice(options)
    if type(x) is float:
        options = [x, complex(x, 0.0), -x]
        if x == x and abs(x) != float("inf"):
            options.append(int(x))
        return rng.choice(options)
    if type(x) is list or type(x) is tuple:
        items = [twin(i) for i in x]
        return rng.choice([type(x), type(x), type(x), list, tuple])(items)
    if type(x) is set or type(x) is frozenset:
        items = [spelled(i) for i in x]
        rng.shuffle(items)
        return rng.choice([set, frozenset])(items)
    if type(x) is dict:
        items = [(spelled(k), twin(v)) for k, v in x.items()]
        rng.shuffle(items)
        return dict(items)
    return x


def spelled(key):
    """The same key in another type where Python has one: 1, 1.0, True and 1+0j are one key."""
    if rng.random() < 0.03:
        return hashable(1)
    if type(key) is tuple:
        return tuple(spelled(i) for i in key)
    if type(key) is frozenset:
        return frozenset(spelled(i) for i in key)
    same = [t(key) for t in (bool, int, float, complex) if type(key) in (bool, int, float) and fits(t, key)]
    return rng.choice([key, *same])


def fits(kind, number):
    try:
        return kind(number) == number
    except (OverflowError, ValueError):
        return False


def features(a, b):
    """What a pair shows, for the test to see that each is there in equal and in unequal pairs."""
    found = set()

    def look(x, y):
        kinds = {type(x), type(y)}
        if len(kinds) == 2:
            names = sorted(kind.__name__ for kind in kinds)
            found.add("/".join(names))
            if kinds == {int, float} and abs(max(x, y, key=abs)) > 2**53:
                found.add("large int/float")
        elif type(x) in (list, tuple):
            for i, j in zip(x, y):
                look(i, j)
        if type(x) in (set, frozenset, dict) and type(y) in (set, frozenset, dict):
            if {repr(k) for k in x} != {repr(k) for k in y} and all(k in y for k in x):
                found.add("keys in other types")
        if type(x) is float and x != x or type(y) is float and y != y:
            found.add("nan")
        if repr(x) != repr(y) and x == y and x == 0:
            found.add("-0.0")
        for z in (x, y):
            if type(z) is str and any("\ud800" <= c <= "\udfff" for c in z):
                found.add("surrogate")
            if type(z) is int and abs(z) > 2**64:
                found.add("big int")
            if type(z) is float and abs(z) == float("inf"):
                found.add("inf")
            if type(z) in (complex, bytes):
                found.add(type(z).__name__)

    look(a, b)
    return sorted(found)


def fresh(x):
    """The same value without shared objects, so that nan is nowhere identical to itself."""
    if type(x) is float:
        return float(repr(x))
    if type(x) is complex:
        return complex(float(repr(x.real)), float(repr(x.imag)))
    if type(x) in (list, tuple, set, frozenset):
        return type(x)(fresh(i) for i in x)
    if type(x) is dict:
        return {fresh(k): fresh(v) for k, v in x.items()}
    return x


FRAGMENTS = ["1", "0", "-", "+", "j", ".", "e5", "E-2", "_", "0x", "0b", "0o", "1_0", "12", "'a'", '"b"', "'''c\nd'''", "b'x'", "r'\\n'",
             "u'q'", "Rb'\\x'", "'\\x41'", "'\\101'", "'\\u00e9'", "'\\U0001F600'", "'\\\n'", "'\\d'", "'\\'", "(", ")", "[", "]", "{", "}", ",", ":", " ", "\n", "\t",
             "None", "True", "False", "set()", "set", "not", "x", "1.5", ".5", "5.", "007", "1e999", "#c\n", "\\\n", "f'a'", "*", "...", "lambda: 0"]


def literal_text():
    kind = rng.randrange(3)
    if kind == 0:
        return "".join(rng.choice(FRAGMENTS) for _ in range(rng.randrange(1, 8)))
    source = repr(value())
    if "nan" in source or "inf" in source or "frozenset" in source:
        source = "[1, 2.5]"
    if kind == 1:
        return source
    for _ in range(rng.randrange(1, 3)):
        at = rng.randrange(len(source) + 1)
        cut = rng.randrange(2)
        source = source[:at] + rng.choice([*FRAGMENTS, ""]) + source[at + cut:]
    return source


NAMES = {"inf": float("inf"), "nan": float("nan"), "infj": complex(0, float("inf")), "nanj": complex(0, float("nan"))}


def ordered(again, original):
    """repr of what was evaluated again, in the original's order: null where a set was written in another."""
    return None if "{" in repr(original) else repr(again)


for _ in range(count):
    if len(sys.argv) > 3:
        source = literal_text()
        if "\\\n" in source.split("'")[0]:
            continue  # Python's rules for indentation behind a continued line are not ours
        try:
            row = [source, repr(ast.literal_eval(source.strip()))]
            if "Ellipsis" in row[1]:
                row[1] = None  # a literal to Python, but no value of ours
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            row = [source, None]
    else:
        a = value()
        b = fresh(twin(a) if rng.random() < 0.8 else value())
        row = [repr(a), repr(b), a == b, ordered(eval(repr(a), NAMES), a), features(a, b)]
    print(json.dumps(row))
