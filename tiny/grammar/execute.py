"""Runs the generator's own programs: [[source, inputs], ...] on stdin, the repr of each value (null: it raised) out."""

import json
import sys


def values(source, inputs):
    names = {}
    exec(source, names)
    for call in inputs:
        try:
            value = repr(eval(f"f({call})", names))
        except Exception:
            value = None
        yield value


json.dump([list(values(*job)) for job in json.load(sys.stdin)], sys.stdout)
