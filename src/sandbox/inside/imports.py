# Forbidden modules, found in the syntax trees before anything runs. A rule about the quality of tasks, and a flag; the
# boundary is the sandbox.

# Text within text within text: how deep, how many pieces, and how many characters of it are read.
MAX_TEXT_DEPTH = 8
MAX_TEXTS = 200
MAX_TEXT_CHARACTERS = 1 << 16


def forbidden_imports(trees, forbidden):
    """
    Names of the forbidden modules that the trees import, in any spelling whose module name is a constant: dotted
    names, `from` imports, the functions that import (under other names too, out of containers, by getattr, handed to
    map or partial), `sys.modules`, and all of these again in constant text that is run.
    """
    found = set()
    todo = [(tree, 0) for tree in trees]
    texts = [MAX_TEXTS, MAX_TEXT_CHARACTERS]
    free = {name for tree in trees for name in free_builtins(tree)}

    def check(name):
        for module in forbidden:
            if name == module or name.startswith(module + "."):
                found.add(module)

    while todo:
        tree, depth = todo.pop()
        nodes = by_kind(tree)
        meaning = Meaning(tree, nodes, free)
        for kind in ("Import", "ImportFrom", "Subscript", "Call"):
            # Inner nodes first: what they stand for is then known to the outer ones.
            for node in reversed(nodes.get(kind, ())):
                for name in imported_by(kind, node, meaning):
                    check(name)
        for node in reversed(nodes.get("Call", ())) if depth < MAX_TEXT_DEPTH else ():
            for text in run_by(node, meaning):
                if texts[0] > 0 and texts[1] >= len(text):
                    texts[0] -= 1
                    texts[1] -= len(text)
                    inner = parse_quietly(text)
                    if inner is not None:
                        todo.append((inner, depth + 1))
    return sorted(found)


def imported_by(kind, node, meaning):
    """Names of the modules that one node imports."""
    if kind == "Import":
        return [alias.name for alias in node.names]
    if kind == "ImportFrom":
        if node.level or not node.module:
            return []
        module = cut(node.module)
        return [module] + [module + "." + cut(alias.name) for alias in node.names]
    if kind == "Subscript" and "sys.modules" in meaning.paths(node.value):
        return meaning.texts(node.slice)
    if kind == "Subscript":
        return []
    if is_lookup(node.func) and "sys.modules" in meaning.paths(node.func.value):
        return meaning.texts(argument(node, 0, ()))
    called = meaning.paths(node.func)
    if any(map(is_importing, called)):
        return imported_names(node, meaning)
    # Handed to another function, such as map or partial, with the names beside it.
    if any(is_importing(path) for given in node.args for path in meaning.paths(given)):
        return [text for given in node.args for text in meaning.texts(given)]
    return []


def imported_names(call, meaning):
    """Of a call of an importing function, with what `fromlist` names below the module."""
    names = []
    package = [cut(text) for text in meaning.texts(argument(call, 1, ("package",)))]
    below = [cut(text) for text in meaning.texts(argument(call, 3, ("fromlist",)))]
    for name in meaning.texts(argument(call, 0, NAME_KEYWORDS)):
        name = cut(name.partition(":")[0])
        for whole in [base + name for base in package] if name.startswith(".") else [name]:
            names.append(whole)
            names += [whole + "." + one for one in below]
    return names


def run_by(node, meaning):
    """Texts that a call runs."""
    texts = []
    for path in meaning.paths(node.func):
        count, keywords = RUNNING.get(path, (0, ()))
        for place in range(count):
            texts += meaning.texts(argument(node, place, keywords[place : place + 1]))
    if not texts and any(path in RUNNING for given in node.args for path in meaning.paths(given)):
        texts = [text for given in node.args for text in meaning.texts(given)]
    return texts


def parse_quietly(text):
    """Text as it runs, also where it is indented as a whole; None where it is not Python."""
    for source in (text.strip(), "if 1:\n" + text):
        try:
            return _compile(source, "<text>", "exec", SYNTAX_TREE, True)
        except (SyntaxError, ValueError, RecursionError, OverflowError, MemoryError):
            pass  # it will fail when it runs, and is nobody's import
    return None
