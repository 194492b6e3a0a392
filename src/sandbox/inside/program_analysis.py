"""Facts about Python programs, taken from their syntax trees. Nothing of a program is ever executed.

Runs as a program of its own inside the sandbox: a parser can be brought down by its input. The standard input
is JSON, a list of [program, [reference, ...]]; `answer()` gives JSON, one object for each.
"""

import ast
import builtins
import difflib
import hashlib
import json
import math
import sys

# Nodes of two programs, multiplied, up to which their sequences are matched exactly.
MOST_MATCHED = 1_000_000

# A program that uses one of these may see its own names, docstrings or annotations: nothing of it is renamed.
SEEING_FUNCTIONS = frozenset("locals globals vars dir eval exec compile __annotations__ __doc__".split())
SEEING_IMPORTS = frozenset(
    "inspect builtins typing.get_type_hints functools.singledispatch functools.singledispatchmethod".split()
)
SEEING_ATTRIBUTES = frozenset(
    """__annotations__ __doc__ __name__ __qualname__ __code__ __closure__ __defaults__ __kwdefaults__ __globals__
    __wrapped__ __dict__ _getframe get_type_hints singledispatch singledispatchmethod f_locals tb_frame""".split()
)
BUILTINS = frozenset(dir(builtins)) | {"aiter", "anext", "EncodingWarning", "ExceptionGroup", "BaseExceptionGroup"}

# Where a syntax tree holds a name of the program's own, by node and field.
NAMES = {
    ("Name", "id"),
    ("arg", "arg"),
    ("FunctionDef", "name"),
    ("AsyncFunctionDef", "name"),
    ("alias", "asname"),
    ("ExceptHandler", "name"),
    ("Global", "names"),
    ("Nonlocal", "names"),
    ("MatchAs", "name"),
    ("MatchStar", "name"),
    ("MatchMapping", "rest"),
}
# Differ between versions of Python, or say nothing about what a program does.
LEFT_OUT = {"ctx", "kind", "type_comment", "type_ignores", "simple"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


# ---- the normalised form --------------------------------------------------------------------------------


class Names:
    """Numbers a program's own names by their first place in the tree.

    One number for a name in the whole program, so equal numbers mean equal names whatever the scopes are. A name
    stays as it is where it could be told apart from outside: `f`, builtins, modules, classes and what their
    bodies bind, keywords of calls, attributes, dunder names.
    """

    def __init__(self, tree):
        bound, kept = set(), {"f"} | BUILTINS
        self.introspective = False
        for node in ast.walk(tree):
            kind = type(node).__name__
            if kind == "Name":
                if not isinstance(node.ctx, ast.Load):
                    bound.add(node.id)
                self.introspective |= node.id in SEEING_FUNCTIONS
            elif kind == "Attribute":
                self.introspective |= node.attr in SEEING_ATTRIBUTES
            elif kind == "arg":
                bound.add(node.arg)
            elif kind in ("FunctionDef", "AsyncFunctionDef"):
                bound.add(node.name)
            elif kind == "ClassDef":
                kept.add(node.name)
                kept |= bound_in_class(node)
            elif kind == "keyword":
                kept.add(node.arg)
                # f(**d): any text of the program may name a parameter.
                self.introspective |= node.arg is None
            elif kind in ("Import", "ImportFrom"):
                module = (getattr(node, "module", None) or "") + "." if kind == "ImportFrom" else ""
                self.introspective |= module[:-1] in SEEING_IMPORTS
                for alias in node.names:
                    self.introspective |= alias.name == "*" or module + alias.name in SEEING_IMPORTS
                    if alias.asname:
                        bound.add(alias.asname)
                    else:
                        kept.add(alias.name.split(".")[0])
            elif kind in ("ExceptHandler", "MatchAs", "MatchStar") and node.name:
                bound.add(node.name)
            elif kind == "MatchMapping" and node.rest:
                bound.add(node.rest)
        self.own = set() if self.introspective else {n for n in bound - kept if not n.startswith("__")}
        self.numbers = {}

    def __call__(self, name):
        if name not in self.own:
            return name
        return "%" + str(self.numbers.setdefault(name, len(self.numbers)))


def bound_in_class(definition):
    """Names that a class body binds itself: they are attributes, which are used by name."""
    found, todo = set(), list(definition.body)
    while todo:
        node = todo.pop()
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        todo.extend(ast.iter_child_nodes(node))
    return found


def tokens(tree, names=None, masked=False):
    """The tree as a list of words, in preorder with brackets around lists, without recursion.

    With `names`, docstrings, other bare strings and annotations are left out and own names are numbered; without,
    the words are only nodes and their values, to be compared. With `masked`, a constant is only its kind.
    """
    stripped = names is not None and not names.introspective
    fields = {id(s) for c in ast.walk(tree) if isinstance(c, ast.ClassDef) for s in c.body} if stripped else ()
    out, todo = [], [tree]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            out.append(item)
            continue
        kind = type(item).__name__
        if kind == "Index":  # before Python 3.9
            todo.append(item.value)
            continue
        if masked and is_number(item):
            out.append("Constant number")
            continue
        if kind == "Constant":
            out.append("Constant " + (constant_kind(item.value) if masked else constant(item.value)))
            continue
        annotated = kind == "AnnAssign" and stripped and id(item) not in fields
        if annotated:
            kind = "Assign"
        parts = [kind]
        for field in ("targets", "value") if annotated else item._fields:
            value = [item.target] if annotated and field == "targets" else getattr(item, field, None)
            if field in LEFT_OUT or (field == "type_params" and not value):
                continue
            if stripped and (field == "returns" or (field == "annotation" and kind == "arg")):
                continue
            named = names if (kind, field) in NAMES else None
            if isinstance(value, list):
                if stripped and field == "body":
                    value = effective(value, fields)
                words = [part(v, named) for v in value]
                parts += ["[", *words, "]"] if names else words
            elif names or value is not None:
                parts.append(part(value, named))
        todo.extend(reversed(parts))
    return out


def part(value, names):
    if isinstance(value, ast.AST):
        return value
    if names and isinstance(value, str):
        return names(value)
    return "~" if value is None else repr(value)


def effective(body, fields):
    """Statements without bare strings and without annotations of nothing; `pass` when none is left."""
    kept = [
        s
        for s in body
        if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) and isinstance(s.value.value, str))
        and not (isinstance(s, ast.AnnAssign) and s.value is None and id(s) not in fields)
    ]
    return kept or [ast.Pass()]


def constant(value):
    if type(value) is int:
        return hex(value)  # repr refuses long integers
    return type(value).__name__ + " " + repr(value)


def constant_kind(value):
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (int, float, complex)):
        return "number"
    return "text" if isinstance(value, (str, bytes)) else repr(value)


def is_number(node):
    """A number, or one with a sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        node = node.operand
    return isinstance(node, ast.Constant) and constant_kind(node.value) == "number"


def digest(words):
    return hashlib.blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# ---- measures -------------------------------------------------------------------------------------------


def cyclomatic(tree):
    """1 + the decisions of the whole program, counted as radon counts them."""
    total, todo = 1, [tree]
    while todo:
        node = todo.pop()
        kind = type(node).__name__
        if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            todo.extend(node.body)
            continue
        if kind == "Assert":
            total += 1
            continue
        if kind in ("Try", "TryStar"):
            total += len(node.handlers) + bool(node.orelse)
        elif kind == "BoolOp":
            total += len(node.values) - 1
        elif kind in ("If", "IfExp"):
            total += 1
        elif kind == "Match":
            otherwise = any(getattr(c.pattern, "pattern", False) is None for c in node.cases)
            total += max(0, len(node.cases) - otherwise)
        elif kind in ("For", "While", "AsyncFor"):
            total += 1 + bool(node.orelse)
        elif kind == "comprehension":
            total += 1 + len(node.ifs)
        todo.extend(ast.iter_child_nodes(node))
    return total


def halstead(tree):
    """Volume, difficulty and effort of the operators and their operands, counted as radon counts them."""
    operators, operands = set(), set()
    used_operators = used_operands = 0
    todo = [(tree, None)]
    while todo:
        node, function = todo.pop()
        kind = type(node).__name__
        if kind in ("FunctionDef", "AsyncFunctionDef"):
            todo.extend((child, node.name) for child in node.body)
            continue
        signs, values = (), ()
        if kind == "BinOp":
            signs, values = (node.op,), (node.left, node.right)
        elif kind == "UnaryOp":
            signs, values = (node.op,), (node.operand,)
        elif kind == "BoolOp":
            signs, values = (node.op,), node.values
        elif kind == "AugAssign":
            signs, values = (node.op,), (node.target, node.value)
        elif kind == "Compare":
            signs, values = node.ops, [node.left] + node.comparators
        used_operators += len(signs)
        used_operands += len(values)
        operators.update(type(sign).__name__ for sign in signs)
        operands.update((function, operand(value)) for value in values)
        todo.extend((child, function) for child in ast.iter_child_nodes(node))
    vocabulary = len(operators) + len(operands)
    volume = (used_operators + used_operands) * math.log2(vocabulary) if vocabulary else 0.0
    difficulty = len(operators) * used_operands / (2 * len(operands)) if operands else 0.0
    return volume, difficulty, volume * difficulty


def operand(node):
    """What makes two operands one: a name, an attribute's name, a constant's value; anything else is itself."""
    for kind, field in ((ast.Name, "id"), (ast.Attribute, "attr"), (ast.Constant, "value")):
        if isinstance(node, kind):
            return getattr(node, field)
    return id(node)


def distance(a, b):
    """1 - the share of matching words in order (difflib's ratio), 0 for equal trees."""
    matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
    # Matching takes time with the product: for long programs the share of equal words in any order.
    return 1.0 - (matcher.ratio() if len(a) * len(b) <= MOST_MATCHED else matcher.quick_ratio())


# ---- the job --------------------------------------------------------------------------------------------

KNOWN = {}


def words_of(source):
    """The plain words of a program, parsed once; None for what is no program."""
    if source not in KNOWN:
        try:
            KNOWN[source] = tokens(ast.parse(source))
        except (SyntaxError, ValueError, RecursionError, OverflowError):
            KNOWN[source] = None
    return KNOWN[source]


def analyse(source, references):
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, OverflowError) as error:
        return {"error": type(error).__name__}
    volume, difficulty, effort = halstead(tree)
    facts = {
        "fingerprint": digest(tokens(tree, Names(tree))),
        "skeleton": digest(tokens(tree, Names(tree), masked=True)),
        "cyclomatic": cyclomatic(tree),
        "halstead": {"volume": volume, "difficulty": difficulty, "effort": effort},
        "distances": [],
    }
    if references:
        own = tokens(tree)
        others = [words_of(reference) for reference in references]
        facts["distances"] = [distance(own, other) for other in others if other is not None]
    return facts


def answer():
    jobs = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    return json.dumps([analyse(source, references) for source, references in jobs])
