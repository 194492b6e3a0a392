"""Whether a text is the arguments of a call and harmless beside the function: judged by its syntax, never run."""

import ast

NODES = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Name, ast.Load, ast.Slice, ast.Subscript, ast.Lambda,
    ast.arguments, ast.arg, ast.Compare, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.operator, ast.unaryop, ast.boolop,
    ast.cmpop, ast.keyword, ast.Call, ast.Attribute,
)
CALLED = {"bool", "dict", "enumerate", "float", "frozenset", "int", "len", "list", "range", "reversed", "set", "sorted", "str", "tuple", "zip"}


def harmless(text):
    try:
        call = ast.parse("f(" + text + "\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "f":
        return False
    todo = list(call.args) + list(call.keywords)
    while todo:
        node = todo.pop()
        if not isinstance(node, NODES):
            return False
        name = getattr(node, "id", None) or getattr(node, "attr", None) or ""
        if name.startswith("_"):
            return False
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in CALLED:
            return False
        if isinstance(node, ast.Call) and not isinstance(node.func, (ast.Name, ast.Attribute)):
            return False
        todo.extend(ast.iter_child_nodes(node))
    return True
