"""A test suite in a process without the solution.

`record` runs it on the reference solution and notes which calls it makes; `replay` runs it again on values that
were computed elsewhere. Only the benchmark's own text and plain values come here, so what `replay` says holds.
"""

import copy
import random
import sys
import types


def _allclose(a, b, rtol=1e-05, atol=1e-08):
    if isinstance(a, (list, tuple)) or isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_allclose(x, y, rtol, atol) for x, y in zip(a, b))
    return a == b or abs(a - b) <= atol + rtol * abs(b)


def _numpy():
    """The few names that EvalPlus's suites take from numpy, which the sandbox does not have."""
    module = types.ModuleType("numpy")
    module.allclose = _allclose
    module.ndarray = module.float32 = module.float64 = type("absent", (), {})
    return module


def _run(setup, test, entry, candidate):
    # Suites that draw at random draw the same each time.
    random.seed(0)
    sys.modules.setdefault("numpy", _numpy())
    namespace = {"__name__": "builtins"}
    exec(compile(setup, "<reference>", "exec", 0, True), namespace)
    wrapped = candidate(namespace.get(entry))
    namespace[entry] = wrapped
    exec(compile(test, "<suite>", "exec", 0, True), namespace)
    if "check" in namespace:
        namespace[entry] = wrapped
        namespace["check"](wrapped)


def _attempt(setup, test, entry, candidate):
    try:
        _run(setup, test, entry, candidate)
        return ""
    except BaseException as error:
        return (type(error).__name__ + ": " + str(error))[:300]


def record(setup, test, entry):
    """(calls, error): the arguments of each call that the suite makes, and why the reference fails, or ''."""
    calls = []

    def wrap(function):
        inside = []

        def candidate(*args, **named):
            if inside:
                return function(*args, **named)
            calls.append(copy.deepcopy((args, named)))
            inside.append(True)
            try:
                return function(*args, **named)
            finally:
                inside.pop()

        return candidate

    error = _attempt(setup, test, entry, wrap)
    return calls, error


def replay(setup, test, entry, calls, values):
    """'' when the suite passes on these values, else why it does not."""
    at = [0]

    def candidate(*args, **named):
        index = at[0]
        at[0] += 1
        if index >= len(calls) or repr((args, named)) != repr(calls[index]):
            raise RuntimeError("the suite calls otherwise than on the reference")
        return values[index]

    return _attempt(setup, test, entry, lambda function: candidate)
