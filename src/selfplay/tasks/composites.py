"""Looks at programs as syntax trees. Runs in the sandbox as a program of its own; what it looks at is never executed.

Host and model call the two functions through `f(name, *arguments)`.
"""

import ast
import re

# A program that looks names up by text cannot be renamed by its tree.
DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "compile", "__import__", "getattr"}


def f(name, *arguments):
    return {"split": split, "fault": fault}[name](*arguments)


def parse(source):
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return None


def mentions(tree, names):
    """(node, field, name) of every identifier among the names, but for attributes and names of arguments in calls."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            continue
        for field, value in ast.iter_fields(node):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str) and each in names:
                    if not isinstance(node, ast.keyword) and not (isinstance(node, ast.Attribute) and field == "attr"):
                        yield node, field, each


def is_read(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def imported(node):
    """{name bound: what it stands for} of an import at the top level; None for any other statement."""
    if isinstance(node, ast.Import):
        return {a.asname or a.name.split(".")[0]: "import " + (a.name if a.asname else a.name.split(".")[0]) for a in node.names}
    if isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__":
        if all(a.name != "*" for a in node.names):
            return {a.asname or a.name: "from " + node.module + " import " + a.name for a in node.names}
    return None


def split(source):
    """(pieces, imports) of a program that is imports and one function f; None for any other program.

    The pieces joined by another name are the program with f renamed. That this is so is made certain: the tree of
    the joined text must be the program's own with nothing but that name changed.
    """
    tree = parse(source)
    if tree is None:
        return None
    entries = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    if len(entries) != 1 or entries[0].name != "f":
        return None
    entry, imports = entries[0], {}
    for node in tree.body:
        names = imported(node)
        if names is not None:
            imports.update(names)
        elif node is not entry and not is_text(node):
            return None
    if "f" in imports or any(True for _ in mentions(tree, DYNAMIC)):
        return None
    lines = source.encode().split(b"\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    places = []
    for node, field, _ in mentions(tree, {"f"}):
        if node is entry and field == "name":
            head = re.match(rb"def[ \t]+", lines[node.lineno - 1][node.col_offset:])
            if head is None:
                return None
            places.append(starts[node.lineno - 1] + node.col_offset + head.end())
            node.name = "g_0"
        elif is_read(node):
            places.append(starts[node.lineno - 1] + node.col_offset)
            node.id = "g_0"
        else:
            return None  # bound a second time: not every f is the function
    data, pieces, last = source.encode(), [], 0
    for place in sorted(places):
        if data[place:place + 1] != b"f" or place < last:
            return None
        pieces.append(data[last:place])
        last = place + 1
    pieces.append(data[last:])
    try:
        pieces = [piece.decode() for piece in pieces]
    except UnicodeDecodeError:
        return None
    joined = parse("g_0".join(pieces))
    if joined is None or ast.dump(joined) != ast.dump(tree):
        return None
    return pieces, imports


def is_plain(node):
    """Whether an argument of a call is passed on as it is."""
    return isinstance(node.value if isinstance(node, (ast.Starred, ast.keyword)) else node, (ast.Name, ast.Constant))


def wraps(entry, names):
    """Whether f does nothing but return what one of the functions gives for plain arguments."""
    body = [node for node in entry.body if not is_text(node)]
    if len(body) == 2 and isinstance(body[0], ast.Assign) and isinstance(body[1], ast.Return):
        target, back = body[0].targets[0], body[1].value
        if isinstance(target, ast.Name) and isinstance(back, ast.Name) and target.id == back.id:
            body = [ast.Return(body[0].value)]
    if len(body) != 1 or not isinstance(body[0], ast.Return):
        return False
    call = body[0].value
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in names
        and all(is_plain(a) for a in call.args + call.keywords)
    )


def fault(source, names, given_lines):
    """(reason, names) of what makes a program no composite of the functions that its first lines define, or None."""
    tree = parse(source)
    if tree is None:
        return None  # running it says so
    names = set(names)
    bindings = [name for node, _, name in mentions(tree, names) if not is_read(node)]
    again = sorted(name for name in names if bindings.count(name) != 1)
    if again:
        return "redefines-given", again
    imports = {}
    for node in tree.body:
        if node.lineno <= given_lines:
            imports.update(imported(node) or {})
    for node in tree.body:
        if node.lineno <= given_lines:
            continue
        own = imported(node)
        if own is not None:
            clash = sorted(name for name, source in own.items() if imports.get(name, source) != source)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            clash = [node.name] if node.name in imports else []
        else:
            bound = (name for n, _, name in mentions(node, set(imports)) if not is_read(n))
            clash = sorted(set(bound))
        if clash:
            return "redefines-given", clash
    entries = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f"]
    if not entries:
        return None
    called = {
        node.func.id
        for node in ast.walk(entries[-1])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args + node.keywords
    }
    if not names <= called:
        return "leaves-given-out", sorted(names - called)
    return ("wraps-given", sorted(names)) if wraps(entries[-1], names) else None
