"""Feeds one W&B run from JSON lines on stdin: `init`, then `row`s and a `finish`, each answered by a line on stdout.
An answer may name the place of the run: its address, or its directory when offline.

Rows carry their step. What a run has from before is found in the run itself: on the server when online, in the
records of its earlier offline directories when offline. So nothing is sent twice, whenever this was killed.
"""

import json
import os
import struct
import sys
from pathlib import Path

# The protocol has stdout for itself; what the client prints goes to stderr.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import wandb
from wandb.proto import wandb_internal_pb2

FINISH_SECONDS = 600

BLOCK = 32768
HEADER = 7
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def answer(**fields):
    answers.write(json.dumps(fields) + "\n")
    answers.flush()


def records(path):
    """Records of a .wandb file, LevelDB's log format after seven bytes of W&B's own; ends at one that is cut."""
    data = path.read_bytes()
    at, parts = HEADER, []
    while at + HEADER <= len(data):
        left = BLOCK - at % BLOCK
        if left < HEADER:
            at += left
            continue
        length, kind = struct.unpack_from("<HB", data, at + 4)
        if kind not in (FULL, FIRST, MIDDLE, LAST) or at + HEADER + length > len(data):
            return
        parts = [] if kind in (FULL, FIRST) else parts
        parts.append(data[at + HEADER : at + HEADER + length])
        at += HEADER + length
        if kind in (FULL, LAST):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(b"".join(parts))
            yield record


def written(folder, run_id):
    """Last step and evaluation in the offline directories of a run; -1 and 0 when there are none."""
    step, evaluation = -1, 0
    for path in sorted(Path(folder, "wandb").glob(f"offline-run-*-{run_id}/run-{run_id}.wandb")):
        for record in records(path):
            if record.WhichOneof("record_type") == "history":
                step = max(step, record.history.step.num)
                for item in record.history.item:
                    if (item.key or "/".join(item.nested_key)) == "evaluation/id":
                        evaluation = max(evaluation, int(float(item.value_json)))
            if record.WhichOneof("record_type") == "summary":
                for item in record.summary.update:
                    if (item.key or "/".join(item.nested_key)) == "evaluation/id":
                        evaluation = max(evaluation, int(float(item.value_json)))
    return step, evaluation


class Feed:
    """One W&B run. Offline it begins with the first thing to write, so that nothing new makes no new directory."""

    def __init__(self, message):
        self.message = message
        self.run = None
        if message["mode"] == "offline":
            step, evaluation = written(message["folder"], message["id"])
            answer(step=step, evaluation=evaluation)
            return
        self.begin()
        # The step after the last one that the server has; 0 of a new run.
        step = self.run.starting_step - 1
        evaluation = int(self.run.summary.get("evaluation/id", 0))
        answer(step=step, evaluation=evaluation, place=self.run.url)

    def begin(self):
        message = self.message
        self.run = wandb.init(
            mode=message["mode"],
            id=message["id"],
            resume="allow",
            dir=message["folder"],
            project=message["project"],
            entity=message.get("entity"),
            name=message["name"],
            tags=message["tags"] or None,
            config=message["config"],
            settings=wandb.Settings(
                silent=True,
                console="off",
                disable_git=True,
                disable_code=True,
                disable_job_creation=True,
                save_code=False,
                x_disable_stats=True,
                x_disable_machine_info=True,
                program="azr-tui",
                # A server that cannot be reached: what it lacks is sent by a later tracker.
                finish_timeout=FINISH_SECONDS,
                finish_timeout_raises=True,
            ),
        )
        self.run.define_metric("evaluation/*", step_metric="evaluation/step")

    def row(self, step, row):
        fresh = self.run is None
        if fresh:
            self.begin()
        self.run.log(figures(row), step=step, commit=True)
        answer(place=str(Path(self.run.dir).parent) if fresh else None)

    def finish(self, row, code):
        if self.run is None and row:
            self.begin()
        if self.run is not None:
            self.run.summary.update(figures(row))
            self.run.finish(exit_code=code)
        self.run = None
        answer()


def figures(row):
    return {name: float("nan") if value is None else value for name, value in row.items()}


def main():
    feed = None
    for line in sys.stdin:
        message = json.loads(line)
        if message["do"] == "init":
            feed = Feed(message)
        if message["do"] == "row":
            feed.row(message["step"], message["figures"])
        if message["do"] == "finish":
            feed.finish(message["figures"], message["code"])
    # Who feeds this ended within a run: it goes on from here when the run is resumed.
    if feed is not None and feed.run is not None:
        feed.run.finish(exit_code=1)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        answer(error=f"{type(error).__name__}: {error}")
        raise SystemExit(1)
