"""
Runs the generator's own programs: [[source, inputs], ...] on stdin. Out come, for each call, the repr of its value and
the steps to it, each an operation on plain values and the repr of what it gives; null where the call raised.
"""

import ast
import copy
import json
import sys


class Call:
    """One evaluation of a function's body, operation by operation, in Python's order."""

    def __init__(self, names):
        self.names = names
        self.steps = []

    def value(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.names[node.id]
        node = self.on_plain_values(node)
        text = ast.unparse(node)
        value = eval(text)
        if text != repr(value):
            self.steps.append([text, repr(value)])
        return value

    def plain(self, node):
        return ast.parse(repr(self.value(node)), mode="eval").body

    def on_plain_values(self, node):
        """The operation with its operands' values in their places."""
        node = copy.copy(node)
        match node:
            case ast.BinOp():
                node.left, node.right = self.plain(node.left), self.plain(node.right)
            case ast.Compare():
                node.left, node.comparators = self.plain(node.left), [self.plain(node.comparators[0])]
            case ast.Call():
                if isinstance(node.func, ast.Attribute):
                    node.func = ast.Attribute(self.plain(node.func.value), node.func.attr)
                node.args = [self.plain(each) for each in node.args]
            case ast.Subscript():
                node.value = self.plain(node.value)
            case ast.List():
                node.elts = [self.plain(each) for each in node.elts]
            case ast.ListComp():
                node = self.comprehension(node)
            case _:
                raise TypeError(ast.dump(node))
        return node

    def comprehension(self, node):
        """Its list, and names other than that of the item, by their values."""
        [over] = node.generators
        items = self.plain(over.iter)
        filled = Filled({name: value for name, value in self.names.items() if name != over.target.id})
        over = ast.comprehension(over.target, items, [filled.visit(copy.deepcopy(each)) for each in over.ifs], 0)
        return ast.ListComp(filled.visit(copy.deepcopy(node.elt)), [over])

    def run(self, body):
        """The value that the statements return, in a list; empty where they end without one."""
        for statement in body:
            match statement:
                case ast.Return():
                    return [self.value(statement.value)]
                case ast.Assign():
                    self.names[statement.targets[0].id] = self.value(statement.value)
                case ast.AugAssign():
                    sum_ = ast.BinOp(ast.Name(statement.target.id), statement.op, statement.value)
                    self.names[statement.target.id] = self.value(sum_)
                case ast.If():
                    if self.value(statement.test) and (returned := self.run(statement.body)):
                        return returned
                case ast.For():
                    for item in self.items(statement.iter):
                        self.names[statement.target.id] = item
                        self.run(statement.body)
                case _:
                    raise TypeError(ast.dump(statement))
        return []

    def items(self, node):
        """A range is not worth a step."""
        return eval(ast.unparse(node)) if isinstance(node, ast.Call) else self.value(node)


class Filled(ast.NodeTransformer):
    def __init__(self, values):
        self.values = values

    def visit_Name(self, node):
        if node.id not in self.values:
            return node
        return ast.parse(repr(self.values[node.id]), mode="eval").body


def calls(source, inputs):
    names = {}
    exec(source, names)
    [function] = ast.parse(source).body
    for given in inputs:
        try:
            value = repr(eval(f"f({given})", names))
        except Exception:
            yield None
            continue
        arguments = ast.literal_eval(f"({given},)")
        call = Call(dict(zip((each.arg for each in function.args.args), arguments, strict=True)))
        [traced] = call.run(function.body)
        if repr(traced) != value:
            raise AssertionError(f"{source} of {given}: {traced!r}, not {value}")
        yield {"value": value, "steps": call.steps}


json.dump([list(calls(*job)) for job in json.load(sys.stdin)], sys.stdout)
