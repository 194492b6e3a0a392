# Forbidden modules, found in the syntax trees before anything runs. A rule about the quality of tasks, and a flag; the
# boundary is the sandbox.

IMPORTS = ("__import__", "import_module")
RUNS_TEXT = ("exec", "eval", "compile")
# Text within text within text: how deep, how many pieces, and how many characters of it are read.
MAX_TEXT_DEPTH = 8
MAX_TEXTS = 200
MAX_TEXT_CHARACTERS = 1 << 20


def forbidden_imports(trees, forbidden):
    """
    Names of the forbidden modules that the trees import, in any spelling whose module name is a constant: dotted
    names, `from` imports, `__import__` and `import_module` under these or other names, and all of these again in
    constant text that is handed to exec, eval or compile.
    """
    found = set()
    todo = [(tree, 0) for tree in trees]
    texts = [MAX_TEXTS, MAX_TEXT_CHARACTERS]

    def check(name):
        for module in forbidden:
            if name == module or name.startswith(module + "."):
                found.add(module)

    while todo:
        tree, depth = todo.pop()
        nodes = walk(tree)
        names = aliases(nodes)
        for node in nodes:
            kind = type(node).__name__
            if kind == "Import":
                for alias in node.names:
                    check(alias.name)
            elif kind == "ImportFrom" and not node.level and node.module:
                check(node.module)
                for alias in node.names:
                    check(node.module + "." + alias.name)
            elif kind == "Call":
                function = function_of(node.func, names)
                if function in IMPORTS:
                    name = constant_text(argument(node, 0, "name"))
                    if name is not None and name.startswith("."):
                        package = constant_text(argument(node, 1, "package"))
                        name = package + name if package is not None else None
                    if name is not None:
                        check(name)
                elif function in RUNS_TEXT and depth < MAX_TEXT_DEPTH:
                    text = constant_text(argument(node, 0, "source"))
                    if text is not None and texts[0] > 0 and texts[1] >= len(text):
                        texts[0] -= 1
                        texts[1] -= len(text)
                        inner = parse_quietly(text)
                        if inner is not None:
                            todo.append((inner, depth + 1))
    return sorted(found)


def walk(tree):
    nodes = [tree]
    for node in nodes:
        for field in node._fields:
            child = getattr(node, field, None)
            if isinstance(child, list):
                nodes.extend(c for c in child if hasattr(c, "_fields"))
            elif hasattr(child, "_fields"):
                nodes.append(child)
    return nodes


def aliases(nodes):
    """Other names of builtins and of the functions that import or run text: `import_module as load`, `run = exec`."""
    names = {"__builtins__": "builtins"}
    for node in nodes:
        kind = type(node).__name__
        if kind == "Import" or kind == "ImportFrom":
            for alias in node.names:
                if alias.asname and alias.name in IMPORTS + RUNS_TEXT + ("builtins",):
                    names[alias.asname] = alias.name
        elif kind == "Assign" or kind == "NamedExpr":
            function = function_of(node.value, names)
            if function is not None:
                for target in node.targets if kind == "Assign" else [node.target]:
                    if hasattr(target, "id"):
                        names[target.id] = function
    return names


def function_of(node, names):
    """
    The function of IMPORTS or RUNS_TEXT that an expression names, or None. Importing ones count as an attribute of
    anything; `exec`, `eval` and `compile` are also names of methods, and count as builtins only.
    """
    kind = type(node).__name__
    if kind == "Name":
        name = names.get(node.id, node.id)
        return name if name in IMPORTS + RUNS_TEXT else None
    if kind != "Attribute":
        return None
    if node.attr in IMPORTS:
        return node.attr
    of_builtins = names.get(getattr(node.value, "id", None), getattr(node.value, "id", None)) == "builtins"
    return node.attr if node.attr in RUNS_TEXT and of_builtins else None


def argument(call, place, keyword):
    if len(call.args) > place:
        return call.args[place]
    for given in call.keywords:
        if given.arg == keyword:
            return given.value
    return None


def constant_text(node):
    """The text that an expression of constants stands for: a string, bytes, or a sum of these; None for another."""
    parts = []
    todo = [node]
    while todo:
        node = todo.pop()
        kind = type(node).__name__
        value = getattr(node, "value", None)
        if kind == "Constant" and type(value) is str:
            parts.append(value)
        elif kind == "Constant" and type(value) is bytes:
            parts.append(value.decode("utf-8", "replace"))
        elif kind == "BinOp" and type(node.op).__name__ == "Add":
            todo += [node.right, node.left]
        elif kind == "JoinedStr":
            todo += reversed(node.values)
        elif kind == "FormattedValue" and node.conversion == -1 and node.format_spec is None:
            todo.append(value)
        else:
            return None
    return "".join(parts)


def parse_quietly(text):
    try:
        return _compile(text.strip(), "<text>", "exec", SYNTAX_TREE, True)
    except (SyntaxError, ValueError, RecursionError, OverflowError, MemoryError):
        return None  # it will fail when it runs, and is nobody's import
