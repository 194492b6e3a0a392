"""Single assertions, taken apart so that the solution's part and the judging part run in different processes.

`split` turns `assert set(f(x)) == {1}` into the expression `set(f(x))`, which the solution's process evaluates, and
`assert _values[0] == {1}`, which `check` runs here on the value that came back. Only the benchmark's own text and
plain values come here.
"""

import ast
import builtins

# Calls of these around a solution's call may be made beside it: what they return is compared all the same.
WRAPPERS = {"dict", "frozenset", "len", "list", "set", "sorted", "str", "sum", "tuple"}


def _names(reference, tests):
    """Functions and classes that the solution must define."""
    try:
        body = ast.parse(reference).body
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        names = {node.name for node in body if isinstance(node, kinds)}
        names |= {t.id for node in body if isinstance(node, ast.Assign) for t in node.targets if isinstance(t, ast.Name)}
        return names
    except SyntaxError:
        calls = (node for test in tests for node in ast.walk(ast.parse(test)) if isinstance(node, ast.Call))
        return {node.func.id for node in calls if isinstance(node.func, ast.Name)} - set(dir(builtins))


class _Splitter(ast.NodeTransformer):
    def __init__(self, names):
        self.names = names
        self.sources = []

    def _belongs(self, node):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            return False
        if node.func.id in self.names:
            return True
        return node.func.id in WRAPPERS and len(node.args) == 1 and not node.keywords and self._belongs(node.args[0])

    def visit_Assert(self, node):
        """`assert f(x)` asks only whether the value is true: that is what the solution's process says of it."""
        if self._belongs(node.test) and not node.msg:
            self.sources.append("(True if " + ast.unparse(node.test) + " else False)")
            node.test = self._value()
            return node
        return self.generic_visit(node)

    def _value(self):
        return ast.Subscript(ast.Name("_values", ast.Load()), ast.Constant(len(self.sources) - 1), ast.Load())

    def visit_Call(self, node):
        if not self._belongs(node):
            return self.generic_visit(node)
        self.sources.append(ast.unparse(node))
        return self._value()


def split(reference, tests):
    """[(expressions for the solution, the assertion on their values)] of each test."""
    names = _names(reference, tests)
    parts = []
    for test in tests:
        splitter = _Splitter(names)
        tree = ast.fix_missing_locations(splitter.visit(ast.parse(test)))
        parts.append((splitter.sources, ast.unparse(tree)))
    return parts


def check(setup, parts, values):
    """'' when every assertion holds, else the first that does not. `values` has a list for each part."""
    namespace = {"__name__": "builtins"}
    for text in setup:
        try:
            exec(compile(text, "<setup>", "exec", 0, True), namespace)
        except Exception:
            pass  # what an assertion needs of it is missed there
    for test, part in zip(parts, values):
        namespace["_values"] = part
        try:
            exec(compile(test, "<test>", "exec", 0, True), namespace)
        except BaseException as error:
            return (type(error).__name__ + ": " + (str(error) or test))[:300]
    return ""
