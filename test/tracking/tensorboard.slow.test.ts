import { expect, test } from "bun:test";
import { join } from "node:path";
import { installPackage } from "../../src/cache/pip-install.ts";
import { commitStep, RunDirectory, rewind } from "../../src/runs/index.ts";
import { follow } from "../../src/tracking/follow.ts";
import { tensorboard } from "../../src/tracking/tensorboard/event-file.ts";
import { makeCommit, makeConfig, temporaryFolder } from "../runs/fixtures.ts";

/** What TensorBoard itself reads of a directory. */
const READ = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
events.Reload()
tags = events.Tags()
print(json.dumps({
    "scalars": {tag: [[e.step, e.value, e.wall_time] for e in events.Scalars(tag)] for tag in tags["scalars"]},
    "histograms": {tag: [[e.step, *(getattr(e.histogram_value, n) for n in ("min", "max", "num", "sum", "sum_squares", "bucket_limit", "bucket"))] for e in events.Histograms(tag)] for tag in tags["histograms"]},
    "config": events.Tensors("config")[0].tensor_proto.string_val[0].decode(),
}))
`;

test("TensorBoard reads the scalars, histograms and config that were written, also after a rewind", async () => {
  const { directory: packages, python } = await installPackage("tensorboard==2.21.0", () => undefined);
  using folder = temporaryFolder();
  const run = RunDirectory.create(join(folder.path, "first"), makeConfig({ seed: 123 }));
  using database = run.openDatabase();
  const store = (step: number, loss: number) =>
    commitStep(
      database,
      makeCommit(step, {
        metrics: { "update/loss": loss, bad: Number.NaN },
        taskUpdates: [1, 2, 3].slice(0, step).map((id) => ({ id, solveRate: id / 4, timesDrawn: 1 })),
      }),
    );
  for (const step of [1, 2, 3, 4]) store(step, step / 3);
  const directory = join(folder.path, "events");
  await follow(run, tensorboard(directory), { say: () => undefined });
  rewind(database, 2);
  store(3, 30);
  await follow(run, tensorboard(directory), { say: () => undefined });

  const reader = Bun.spawn([...python, "-c", READ, directory], {
    env: { ...process.env, PYTHONPATH: packages },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const read = JSON.parse((await new Response(reader.stdout).text()).replaceAll("NaN", "null"));
  expect(read.scalars).toEqual({
    "update/loss": [
      [1, Math.fround(1 / 3), 1.9],
      [2, Math.fround(2 / 3), 2.9],
      [3, 30, 3.9],
    ],
    bad: [1.9, 2.9, 3.9].map((at, i) => [i + 1, null, at]),
  });
  const limits = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  const histogram = read.histograms["tasks/solve_rate"].at(-1);
  expect(histogram).toEqual([3, 0.25, 0.75, 3, 1.5, 0.875, limits, [0, 0, 1, 0, 0, 1, 0, 1, 0, 0]]);
  expect(read.config).toContain("seed: 123");
});
