"""A test suite in a process without the solution.

`record` runs it on the reference solution and notes which calls it makes; `replay` runs it again on values that
were computed elsewhere. Only the benchmark's own text and plain values come here, so what `replay` says holds.
"""

import ast
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


class _Truths(ast.NodeTransformer):
    """`assert candidate(x)` as `assert _truth_of(candidate)(x)`: only whether the value is true is asked for."""

    def __init__(self, names):
        self.names = names

    def _asked(self, node):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self._asked(node.operand)
        elif isinstance(node, ast.BoolOp):
            node.values = [self._asked(value) for value in node.values]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.names:
            truth_of = ast.Name("_truth_of", ast.Load())
            node.func = ast.Call(truth_of, [node.func], [])
        return node

    def visit_Assert(self, node):
        node.test = self._asked(node.test)
        return node


def _run(setup, test, entry, candidate, truth_of):
    # Suites that draw at random draw the same each time.
    random.seed(0)
    sys.modules.setdefault("numpy", _numpy())
    namespace = {"__name__": "builtins"}
    exec(compile(setup, "<reference>", "exec", 0, True), namespace)
    wrapped = candidate(namespace.get(entry))
    namespace[entry] = wrapped
    namespace["_truth_of"] = truth_of
    suite = ast.fix_missing_locations(_Truths({"candidate", entry}).visit(ast.parse(test)))
    exec(compile(suite, "<suite>", "exec", 0, True), namespace)
    if "check" in namespace:
        namespace[entry] = wrapped
        namespace["check"](wrapped)


def _attempt(setup, test, entry, candidate, truth_of):
    try:
        _run(setup, test, entry, candidate, truth_of)
        return ""
    except BaseException as error:
        return (type(error).__name__ + ": " + str(error))[:300]


def record(setup, test, entry):
    """(calls, error): each call that the suite makes, and why the reference fails, or ''.

    A call is its arguments, and whether the suite asks no more of its value than whether it is true.
    """
    calls = []
    asked = []

    def truth_of(function):
        def call(*args, **named):
            asked.append(True)
            try:
                return function(*args, **named)
            finally:
                asked.clear()

        return call

    def wrap(function):
        inside = []

        def candidate(*args, **named):
            if inside:
                return function(*args, **named)
            calls.append((*copy.deepcopy((args, named)), bool(asked)))
            asked.clear()
            inside.append(True)
            try:
                return function(*args, **named)
            finally:
                inside.pop()

        return candidate

    error = _attempt(setup, test, entry, wrap, truth_of)
    return calls, error


def replay(setup, test, entry, calls, values):
    """'' when the suite passes on these values, else why it does not."""
    at = [0]

    def candidate(*args, **named):
        index = at[0]
        at[0] += 1
        if index >= len(calls) or repr((args, named)) != repr(calls[index][:2]):
            raise RuntimeError("the suite calls otherwise than on the reference")
        return values[index]

    return _attempt(setup, test, entry, lambda function: candidate, lambda function: function)
