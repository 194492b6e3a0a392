"""Runs a solution and turns what its functions return into plain values.

The solution shares this process, so it can change all of it; what leaves is "the value that the solution wants to
have returned", and that is judged elsewhere. No expected value is ever here.
"""


# Classes of collections around a built-in value, which compare equal to it.
_AZR_WRAPPERS = ("UserList", "UserDict", "UserString")


def _azr_plain(x, depth=0):
    """Subclasses of the built-in types as the types themselves: they compare equal, and only those can be sent."""
    t = type(x)
    if x is None or t in (bool, int, float, complex, str, bytes):
        return x
    if depth > 90:
        raise ValueError("the value is nested too deeply")
    if isinstance(x, (list, tuple, set, frozenset)):
        base = next(b for b in (list, tuple, set, frozenset) if isinstance(x, b))
        return base([_azr_plain(item, depth + 1) for item in base.__iter__(x)])
    if isinstance(x, dict):
        return {_azr_plain(k, depth + 1): _azr_plain(v, depth + 1) for k, v in dict.items(x)}
    if isinstance(x, int):
        return int.__index__(x) + 0
    if isinstance(x, float):
        return float.__float__(x)
    if isinstance(x, str):
        return str.__str__(x)
    if any(b.__module__ == "collections" and b.__name__ in _AZR_WRAPPERS for b in t.__mro__):
        return _azr_plain(x.data, depth + 1)
    if t.__module__ in ("fractions", "decimal") and x == float(x):
        return float(x)
    return x


def _azr_size(x):
    """About the characters that a plain value takes; endless for an integer that cannot be sent."""
    if isinstance(x, int):
        return x.bit_length() // 3 + 8 if x.bit_length() <= 60000 else float("inf")
    if isinstance(x, (str, bytes)):
        return len(x) + 8
    if isinstance(x, dict):
        return 8 + sum(_azr_size(k) + _azr_size(v) for k, v in x.items())
    if isinstance(x, (list, tuple, set, frozenset)):
        return 8 + sum(map(_azr_size, x))
    return 16


def _azr_canonical(x):
    """A text that two plain values share when they are equal."""
    if isinstance(x, (int, float)) and not isinstance(x, bool) and x == x and abs(x) != float("inf"):
        return hex(int(x)) if x == int(x) else repr(x)
    if isinstance(x, bool):
        return hex(x)
    if isinstance(x, dict):
        return "{" + ",".join(sorted(_azr_canonical(k) + ":" + _azr_canonical(v) for k, v in x.items())) + "}"
    if isinstance(x, (set, frozenset)):
        return "{" + ",".join(sorted(map(_azr_canonical, x))) + "}"
    if isinstance(x, (list, tuple)):
        return type(x).__name__ + "(" + ",".join(map(_azr_canonical, x)) + ")"
    return repr(x)


def _azr_value(x, limit):
    """The value, or a fingerprint of one that is too large to be sent: equal values have equal ones."""
    x = _azr_plain(x)
    if _azr_size(x) <= limit:
        return x
    import hashlib

    text = _azr_canonical(x).encode("utf-8", "surrogatepass")
    return "sha256 of a large " + type(x).__name__ + ": " + hashlib.sha256(text).hexdigest()


def _azr_sized(x, limit):
    """Its size beside the value; a number for a size that is endless, too."""
    x = _azr_plain(x)
    return min(_azr_size(x), 10**9), _azr_value(x, limit)


def _azr_solution(source):
    # Benchmarks run a solution as no main program: `if __name__ == "__main__"` does nothing.
    globals()["__name__"] = "builtins"
    try:
        exec(compile(source, "<solution>", "exec", 0, True), globals())
    except SystemExit:
        raise RuntimeError("the program ended itself") from None
