# Syntax trees: what a node is, and what belongs to it.


def kind_of(node):
    return type(node).__name__


def by_kind(tree):
    """All nodes of a tree by the name of their class, outer ones first."""
    kinds = {}
    nodes = [tree]
    for node in nodes:
        kinds.setdefault(kind_of(node), []).append(node)
        for field in node._fields:
            child = getattr(node, field, None)
            if isinstance(child, list):
                nodes.extend(c for c in child if hasattr(c, "_fields"))
            elif hasattr(child, "_fields"):
                nodes.append(child)
    return kinds


def parts_of(node):
    """What a choice or a container may come to."""
    kind = kind_of(node)
    return [node.body, node.orelse] if kind == "IfExp" else node.values if kind in ("BoolOp", "Dict") else node.elts


def summands(node):
    """Of a sum, however long, in their order."""
    parts = []
    todo = [node]
    while todo:
        node = todo.pop()
        if kind_of(node) == "BinOp" and kind_of(node.op) == "Add":
            todo += [node.right, node.left]
        else:
            parts.append(node)
    return parts


def argument(call, place, keywords):
    """What a call gives for a parameter, with `*[...]` and `**{...}` of literals spread; None for nothing."""
    positional = []
    for given in call.args:
        if kind_of(given) != "Starred":
            positional.append(given)
        elif kind_of(given.value) in ("List", "Tuple", "Set"):
            positional += given.value.elts
        else:
            positional.append(given.value)  # a name: of what it holds, anything may be meant
    if len(positional) > place:
        return positional[place]
    for given in call.keywords:
        if given.arg in keywords:
            return given.value
        if given.arg is None and kind_of(given.value) == "Dict":
            for key, value in zip(given.value.keys, given.value.values):
                if kind_of(key) == "Constant" and key.value in keywords:
                    return value
    return None
