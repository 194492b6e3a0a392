import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import { TaskBuffer } from "../../src/selfplay/task-buffer.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";

function task(
  id: number,
  learnability: number | null,
  program = `def f(a):\n    return a + ${id}`,
): TaskRecord {
  const rest = { inputs: ["1"], outputs: ["2"], message: null, parents: [], solveRate: null, timesDrawn: 0 };
  return { id, type: "deduction", origin: "proposed", step: 1, program, learnability, ...rest };
}

const ids = (buffer: TaskBuffer) => buffer.tasks().map(({ id }) => id);

test("each task once, however it is laid out", () => {
  const buffer = new TaskBuffer(8);
  expect(buffer.add(task(1, 0.5, "def f(a):\n    return a"))).toBe(true);
  expect(buffer.add(task(2, 0.5, "def f(a):\n\n    # same\n    return a"))).toBe(false);
  expect(buffer.add({ ...task(3, 0.5, "def f(a):\n    return a"), inputs: ["2"] })).toBe(true);
  expect(ids(buffer)).toEqual([1, 3]);
});

test("a full buffer gives up the first task that taught nothing, or else the first of all", () => {
  const buffer = new TaskBuffer(3);
  for (const each of [task(1, null), task(2, 0.5), task(3, 0)]) buffer.add(each);
  buffer.add(task(4, 0.25));
  expect(ids(buffer)).toEqual([1, 2, 4]);
  buffer.add(task(5, 0.25));
  expect(ids(buffer)).toEqual([2, 4, 5]);
  // What was given up may come back.
  expect(buffer.add(task(3, 0.5))).toBe(true);
});

test("figures are updated in place; order and draws stay", () => {
  const buffer = new TaskBuffer(3);
  for (const each of [task(1, 0.5), task(2, 0.5), task(3, 0.5)]) buffer.add(each);
  const before = buffer.sample(stream(1, "draw"), 2).map(({ id }) => id);
  buffer.update(1, { solveRate: 0.5, timesDrawn: 2 });
  buffer.update(99, { solveRate: 1, timesDrawn: 1 });
  expect(buffer.tasks()[0]).toMatchObject({ id: 1, solveRate: 0.5, timesDrawn: 2 });
  expect(buffer.sample(stream(1, "draw"), 2).map(({ id }) => id)).toEqual(before);
});

test("buffers rebuilt from all records equal the ones that wrote them", () => {
  const records: TaskRecord[] = [];
  const live = new TaskBuffers(["deduction"], 4);
  for (let id = 1; id <= 30; id++) {
    const record = task(id, stream(3, id).integer(0, 2) / 2);
    live.add(record);
    records.push(record);
  }
  const rebuilt = new TaskBuffers(["deduction"], 4, records);
  expect(rebuilt.of("deduction").tasks()).toEqual(live.of("deduction").tasks());
  expect(rebuilt.nextId()).toBe(31);
});
