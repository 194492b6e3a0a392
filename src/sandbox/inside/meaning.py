# What the expressions of a syntax tree may stand for, as far as constants tell: nothing is executed.

# Functions that import, or look for, the module that they are given by name, and the modules that have them.
IMPORTING_MODULES = ("builtins", "importlib", "imp", "pkgutil", "pydoc", "runpy", "zipimport")
IMPORTING = frozenset(
    "__import__ import_module find_spec find_module find_loader get_loader load_module resolve_name locate"
    " safeimport run_module _gcd_import _find_and_load".split()
)
# Of these an attribute counts whatever it is of; the other names are those of common methods.
PLAIN_IMPORTING = ("__import__", "import_module")
NAME_KEYWORDS = ("name", "fullname", "mod_name", "module_or_name", "path")
# Functions that run text as Python: how many arguments, and which keywords, hold such text.
RUNNING = {
    "builtins.exec": (1, ("source",)),
    "builtins.eval": (1, ("source",)),
    "builtins.compile": (1, ("source",)),
    "timeit.timeit": (2, ("stmt", "setup")),
    "timeit.repeat": (2, ("stmt", "setup")),
    "timeit.Timer": (2, ("stmt", "setup")),
    "cProfile.run": (1, ("statement",)),
    "profile.run": (1, ("statement",)),
}
BUILTIN_NAMES = ("__import__", "exec", "eval", "compile", "getattr", "vars", "globals", "locals")
LOOKUPS = ("get", "pop", "setdefault", "__getitem__", "__getattribute__")
SAME_TEXT = ("strip", "lstrip", "rstrip", "encode", "decode")
# What an expression may stand for is followed this deep, and through so many names.
MAX_EXPRESSION = 40
MAX_ROUNDS = 8
# Names of modules count so far, characters: they are put together in many ways.
MAX_NAME = 200


class Meaning:
    """
    What expressions of one tree may stand for: dotted paths of modules and functions, and constant text. Names count
    in the whole tree, whatever their scope and order; containers stand for any of their elements.
    """

    def __init__(self, tree, nodes, free):
        """`free`: built-in names of BUILTIN_NAMES that this program uses as such."""
        self.bound = {}  # name -> paths
        self.written = {}  # name -> texts; None where something that is not constant is bound to it too
        self.pairs = []  # names with the expressions that are bound to them
        self.grown = []  # names with the expressions that are added to them
        self.known = {}
        self.folding = Folding()
        top = tree.body if isinstance(tree.body, list) else ()
        self.own = {one.name for one in top if kind_of(one) in ("FunctionDef", "AsyncFunctionDef", "ClassDef")}
        shadowing = parameters(nodes.get("arguments", ()))
        self.own |= shadowing.difference(free, free_builtins(tree)) if shadowing else shadowing
        self.bind_imports(nodes)
        for node in nodes.get("Assign", ()):
            for target in node.targets:
                self.bind(target, node.value)
        for node in nodes.get("AnnAssign", []) + nodes.get("NamedExpr", []):
            if node.value is not None:
                self.bind(node.target, node.value)
        for node in nodes.get("For", []) + nodes.get("AsyncFor", []) + nodes.get("comprehension", []):
            self.bind(node.target, None if kind_of(node.iter) == "Constant" else node.iter, elements=True)
        for node in nodes.get("AugAssign", ()):
            if kind_of(node.op) == "Add" and kind_of(node.target) == "Name":
                self.grown.append((node.target.id, node.value))
            else:
                self.bind(node.target, None)
        for node in nodes.get("withitem", ()):
            self.bind(node.optional_vars, None)
        for node in nodes.get("arguments", ()):
            self.bind_parameters(node)
        self.follow()

    def follow(self):
        """Fills in what names stand for, through one another."""
        for _ in range(MAX_ROUNDS if self.pairs or self.grown else 0):
            self.changed = False
            self.folding = Folding()
            for name, value in self.pairs:
                self.add(self.bound, name, self.paths(value))
                if self.written.get(name, ()) is not None:
                    texts = self.texts(value)
                    if texts:
                        self.add(self.written, name, texts)
                    elif kind_of(value) not in ("Name", "Constant", "BinOp", "JoinedStr"):
                        self.written[name] = None
            for name, value in self.grown:
                before, texts = self.written.get(name, ()), self.texts(value)
                if before is not None and texts:
                    self.add(self.written, name, self.folding.joined([tuple(before), texts]))
                else:
                    self.written[name] = None
            self.known = {}
            if not self.changed:
                break
        self.folding = Folding()

    def add(self, table, name, meanings):
        if not meanings:
            return
        have = table.setdefault(name, {})  # a dict: long texts are compared by their hashes
        for one in meanings:
            if one not in have and len(have) < MAX_MEANINGS:
                have[one] = True
                self.changed = True

    def bind_imports(self, nodes):
        for node in nodes.get("Import", ()):
            for alias in node.names:
                top = alias.name.split(".")[0]
                self.add(self.bound, alias.asname or top, [alias.name if alias.asname else top])
        for node in nodes.get("ImportFrom", ()):
            if node.level or not node.module:
                continue
            module = cut(node.module)
            for alias in node.names:
                if alias.name != "*":
                    self.add(self.bound, alias.asname or alias.name, [module + "." + cut(alias.name)])
                    continue
                for name in IMPORTING.union(path.rpartition(".")[2] for path in RUNNING):
                    self.add(self.bound, name, [module + "." + name])

    def bind_parameters(self, node):
        plain = getattr(node, "posonlyargs", []) + node.args
        for one in plain + node.kwonlyargs + [node.vararg, node.kwarg]:
            if one is not None:
                self.written[one.arg] = None
        given = list(zip(reversed(plain), reversed(node.defaults))) + list(zip(node.kwonlyargs, node.kw_defaults))
        self.pairs += [(one.arg, value) for one, value in given if value is not None]

    def bind(self, target, value, elements=False):
        kind = kind_of(target)
        if kind == "Starred":
            self.bind(target.value, value)
        elif kind == "Name" and value is None:
            self.written[target.id] = None
        elif kind == "Name":
            self.pairs.append((target.id, value))
        elif kind == "Attribute" and value is not None:
            self.pairs.append(("." + target.attr, value))
        elif kind in ("Tuple", "List"):
            parts = target.elts
            given = getattr(value, "elts", ())
            starred = any(kind_of(one) == "Starred" for one in [*parts, *given])
            matching = not elements and len(parts) == len(given) and not starred
            for i, part in enumerate(parts):
                self.bind(part, given[i] if matching else value)

    def paths(self, node, depth=0):
        """Dotted paths that an expression may stand for, such as `builtins.exec`."""
        if node is None or depth > MAX_EXPRESSION:
            return ()
        key = (_id(node), 0)
        if key not in self.known:
            self.known[key] = ()  # of itself, while it is looked at
            self.known[key] = tuple(self.look_for_paths(node, depth + 1))[:MAX_MEANINGS]
        return self.known[key]

    def look_for_paths(self, node, depth):
        kind = kind_of(node)
        if kind == "Name":
            return self.paths_of_name(node.id)
        if kind in ("NamedExpr", "Starred", "Index", "Await"):
            return self.paths(node.value, depth)
        if kind == "Attribute":
            if node.attr in ("__dict__", "__call__"):
                return self.paths(node.value, depth)
            paths = self.below(self.paths(node.value, depth), [node.attr])
            if not paths and node.attr in PLAIN_IMPORTING:
                return ["importlib." + node.attr]
            # Of an object of the program: what it put there under this name, when that is such a function.
            own = [*self.bound.get("." + node.attr, ()), *self.bound.get(node.attr, ())]
            return paths or [path for path in own if is_function(path)]
        if kind == "Subscript":
            of = self.paths(node.value, depth)
            return [path for path in of if is_function(path)] + self.below(of, self.texts(node.slice, depth))
        if kind in ("IfExp", "BoolOp", "Tuple", "List", "Set", "Dict"):
            return [path for part in parts_of(node) for path in self.paths(part, depth)]
        if kind == "Lambda":
            return self.paths(node.body, depth)
        return self.paths_of_call(node, depth) if kind == "Call" else ()

    def paths_of_name(self, name):
        paths = list(self.bound.get(name, ()))
        if name == "__builtins__":
            paths.append("builtins")
        elif name in BUILTIN_NAMES and (name not in self.own or name == "__import__"):
            paths.append("builtins." + name)
        elif name == "import_module" and not paths and name not in self.own:
            paths.append("importlib.import_module")
        return paths

    def paths_of_call(self, node, depth):
        called = self.paths(node.func, depth)
        first, second = argument(node, 0, ()), argument(node, 1, ())
        if kind_of(node.func) == "Lambda":
            return called
        if is_lookup(node.func):
            return self.below(self.paths(node.func.value, depth), self.texts(first, depth))
        if "builtins.getattr" in called:
            return self.below(self.paths(first, depth), self.texts(second, depth))
        if "builtins.vars" in called and first is not None:
            return self.paths(first, depth)
        if "builtins.globals" in called or "builtins.locals" in called:
            return ["globals()"]
        if "functools.partial" in called:
            return self.paths(first, depth)
        if any(map(is_importing, called)):
            names = self.texts(argument(node, 0, NAME_KEYWORDS), depth)
            return [path for name in names for path in (name, name.split(".")[0])]
        return ()

    def below(self, paths, names):
        found = []
        for path in paths:
            for name in names:
                found += self.paths_of_name(name) if path == "globals()" else [cut(path) + "." + cut(name)]
        # `sys.modules["builtins"]` is builtins.
        return [path[12:] if path.startswith("sys.modules.") else path for path in found]

    def texts(self, node, depth=0):
        """Constant strings that an expression may stand for; bytes count as the text that they hold."""
        if node is None or depth > MAX_EXPRESSION:
            return ()
        key = (_id(node), 1)
        if key not in self.known:
            self.known[key] = ()
            self.known[key] = tuple(self.look_for_texts(node, depth + 1))[:MAX_MEANINGS]
        return self.known[key]

    def look_for_texts(self, node, depth):
        kind = kind_of(node)
        if kind == "Constant":
            if type(node.value) is str:
                return [node.value]
            return [node.value.decode("utf-8", "replace")] if type(node.value) is bytes else ()
        if kind == "Name":
            return self.written.get(node.id) or ()
        if kind in ("NamedExpr", "Starred", "Index"):
            return self.texts(node.value, depth)
        if kind == "BinOp" and kind_of(node.op) == "Add":
            return self.folding.joined([self.texts(part, depth) for part in summands(node)])
        if kind == "BinOp" and kind_of(node.op) == "Mod":
            values = node.right.elts if kind_of(node.right) == "Tuple" else [node.right]
            return self.filled(node.left, "%s", values, depth)
        if kind == "JoinedStr":
            return self.folding.joined([self.texts(part, depth) for part in node.values])
        if kind == "FormattedValue" and node.conversion == -1 and node.format_spec is None:
            return self.texts(node.value, depth)
        if kind in ("IfExp", "Tuple", "List", "Set"):
            return [text for part in parts_of(node) for text in self.texts(part, depth)]
        if kind == "Call":
            if kind_of(node.func) == "Attribute" and node.func.attr in SAME_TEXT:
                return self.texts(node.func.value, depth)
            if kind_of(node.func) == "Attribute" and node.func.attr == "format" and not node.keywords:
                return self.filled(node.func.value, "{}", node.args, depth)
            if kind_of(node.func) == "Attribute" and node.func.attr == "join":
                return self.separated(node.func.value, argument(node, 0, ()), depth)
            if {"ast.parse", "builtins.compile", "textwrap.dedent"}.intersection(self.paths(node.func, depth)):
                return self.texts(argument(node, 0, ("source", "text")), depth)
        return ()

    def filled(self, template, mark, values, depth):
        """A template whose marks are filled with the values; of one with other marks nothing is known."""
        filled = []
        for text in self.texts(template, depth):
            pieces = pieces_of(text, mark, len(values))
            if pieces:
                parts = [(pieces[0],)]
                for value, piece in zip(values, pieces[1:]):
                    parts += [self.texts(value, depth), (piece,)]
                filled += self.folding.joined(parts)
        return filled

    def separated(self, separator, values, depth):
        """The elements of a list or tuple with a separator between them."""
        if kind_of(values) not in ("List", "Tuple"):
            return ()
        between = self.texts(separator, depth)
        parts = [part for value in values.elts for part in (between, self.texts(value, depth))]
        return self.folding.joined(parts[1:])


def parameters(arguments):
    """Of BUILTIN_NAMES those that functions with these arguments have as parameters."""
    names = set()
    for node in arguments:
        given = getattr(node, "posonlyargs", []) + node.args + node.kwonlyargs + [node.vararg, node.kwarg]
        names.update(one.arg for one in given if one is not None)
    return names.intersection(BUILTIN_NAMES)


def free_builtins(tree):
    """Of BUILTIN_NAMES those that stand somewhere in a tree outside of functions that have them as parameters."""
    free = set()
    todo = [(tree, frozenset())]
    while todo:
        node, hidden = todo.pop()
        kind = kind_of(node)
        if kind == "Name" and node.id in BUILTIN_NAMES and node.id not in hidden:
            free.add(node.id)
        function = kind in ("FunctionDef", "AsyncFunctionDef", "Lambda")
        inside = hidden | parameters([node.args]) if function else hidden
        for field in node._fields:
            child = getattr(node, field, None)
            below = inside if field == "body" else hidden
            todo += [(one, below) for one in (child if isinstance(child, list) else [child]) if hasattr(one, "_fields")]
    return free


def cut(name):
    """A module's name as far as it counts: what it begins with is imported whatever follows."""
    return name[:MAX_NAME]


def is_importing(path):
    module, _, rest = path.partition(".")
    return module in IMPORTING_MODULES and rest.rpartition(".")[2] in IMPORTING


def is_function(path):
    return is_importing(path) or path in RUNNING


def is_lookup(node):
    return kind_of(node) == "Attribute" and node.attr in LOOKUPS
