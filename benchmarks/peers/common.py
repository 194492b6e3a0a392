"""What the peers' scripts share: the work as JSON on the command line, its figures as JSON on standard output."""

import json
import sys
import time


def read_work() -> dict:
    with open(sys.argv[1]) as file:
        return json.load(file)


def best(runs: int, action) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def report(tokens: float, seconds: float, **more) -> None:
    print(json.dumps(dict(tokens=tokens, seconds=seconds, **more)))
