"""Runs a solution and turns what its functions return into plain values.

The solution shares this process, so it can change all of it; what leaves is "the value that the solution wants to
have returned", and that is judged elsewhere. No expected value is ever here.
"""


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
    if t.__module__ in ("fractions", "decimal") and x == float(x):
        return float(x)
    return x


def _azr_solution(source):
    # Benchmarks run a solution as no main program: `if __name__ == "__main__"` does nothing.
    globals()["__name__"] = "builtins"
    try:
        exec(compile(source, "<solution>", "exec", 0, True), globals())
    except SystemExit:
        raise RuntimeError("the program ended itself") from None
