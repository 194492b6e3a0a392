import { expect, test } from "bun:test";
import fc from "fast-check";
import { stream } from "../../src/random/stream.ts";
import type { TaskRecord } from "../../src/runs/records.ts";
import { type BufferRules, TaskBuffer } from "../../src/selfplay/task-buffer.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const rules: BufferRules = {
  capacity: 8,
  deduplicate: "ast",
  evict: "learnability",
  draw: "new-first",
  learnability: "paper",
};
const random = () => stream(1, "evict");
const ids = (tasks: readonly { id: number }[]) => tasks.map(({ id }) => id);

function filled(over: Partial<BufferRules>, tasks: readonly TaskRecord[]): TaskBuffer {
  const buffer = new TaskBuffer({ ...rules, ...over });
  for (const task of tasks) buffer.add(task, random);
  return buffer;
}

const same = [
  makeTask(1, { program: "def f(a):\n    return a", fingerprint: "x" }),
  makeTask(2, { program: "def f(a):\n\n    # same\n    return a", fingerprint: "x" }),
  makeTask(3, { program: "def f(b):\n    return b", fingerprint: "x" }),
  makeTask(4, { program: "def f(a):\n    return a", fingerprint: "x", inputs: ["2"] }),
  makeTask(5, { program: "def f(a):\n    return a", fingerprint: null }),
];

test.each([
  // Without a fingerprint a program is known by its text.
  ["ast", [1, 4, 5]],
  ["text", [1, 3, 4]],
  ["none", [1, 2, 3, 4, 5]],
] as const)("deduplicate: %s keeps %j", (deduplicate, kept) => {
  expect(ids(filled({ deduplicate }, same).tasks())).toEqual([...kept]);
});

const rated = [0.75, null, 1, 0.25, 0].map((solveRate, i) => makeTask(i + 1, { solveRate }));

test.each([
  // Never solved counts as one half. Learnability: .25, .5, 0, .75, 0.
  ["learnability", [1, 2, 4, 6, 7]],
  ["oldest", [3, 4, 5, 6, 7]],
] as const)("evict: %s leaves %j", (evict, left) => {
  const buffer = filled({ evict, capacity: 5 }, rated);
  buffer.add(makeTask(6, { solveRate: 0.5 }), random);
  buffer.add(makeTask(7, { solveRate: 0.5 }), random);
  expect(ids(buffer.tasks())).toEqual([...left]);
});

test("evict: uniform gives up any, and what was given up may come back", () => {
  const victims = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const buffer = filled({ evict: "uniform", capacity: 5 }, rated);
    const { evicted } = buffer.add(makeTask(6), () => stream(seed, "evict"));
    victims.add(evicted?.id ?? 0);
    expect(buffer.find(evicted as TaskRecord)).toBeUndefined();
    expect(buffer.add({ ...(evicted as TaskRecord), id: 7 }, random).added).toBe(true);
  }
  expect([...victims].sort()).toEqual([1, 2, 3, 4, 5]);
});

test("figures are updated in place, and evictions go by the new ones", () => {
  const buffer = filled(
    { capacity: 3 },
    [1, 2, 3].map((id) => makeTask(id, { solveRate: 0.5 })),
  );
  const before = ids(buffer.sample(stream(1, "draw"), 2));
  buffer.update(2, { solveRate: 1, timesDrawn: 2 });
  buffer.update(99, { solveRate: 1, timesDrawn: 1 });
  expect(buffer.get(2)).toMatchObject({ solveRate: 1, timesDrawn: 2 });
  expect(ids(buffer.sample(stream(1, "draw"), 2))).toEqual(before);
  expect(buffer.add(makeTask(4), random).evicted?.id).toBe(2);
});

const fresh = [makeTask(11, { step: 9 }), makeTask(12, { step: 9 })];

test("draw: new ones first, then the buffer's; fewer when there are no more", () => {
  const buffer = filled({}, rated);
  const drawn = ids(buffer.draw(stream(1), 4, fresh));
  expect(drawn.slice(0, 2)).toEqual([11, 12]);
  expect(drawn.slice(2)).toEqual(ids(buffer.sample(stream(1), 2)));
  expect(ids(buffer.draw(stream(1), 1, fresh))).toEqual([11]);
  expect(ids(buffer.draw(stream(1), 99, fresh)).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 11, 12]);
});

/** How often each task is the one that is drawn, of 4,000 draws. */
function shares(draw: BufferRules["draw"]): Map<number, number> {
  const tasks = rated.map((task, i) => ({ ...task, step: i }));
  const buffer = filled({ draw }, tasks);
  const counts = new Map<number, number>();
  for (let i = 0; i < 4000; i++) {
    for (const { id } of buffer.draw(stream(i, draw), 1, fresh)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return new Map([...counts].map(([id, count]) => [id, count / 4000]));
}

test.each([
  ["uniform", { 1: 1 / 7, 3: 1 / 7, 11: 1 / 7 }],
  // Steps 0 to 4 and 9, 9: weights 1 to 5 and 10, 10.
  ["recent", { 1: 1 / 35, 5: 5 / 35, 11: 10 / 35, 12: 10 / 35 }],
  // Learnability .25, .5, 0, .75, 0 and .5, .5, and .05 for each.
  ["learnability", { 1: 0.3 / 2.85, 3: 0.05 / 2.85, 4: 0.8 / 2.85, 11: 0.55 / 2.85 }],
] as const)("draw: %s takes tasks in the shares it should", (draw, wanted) => {
  const seen = shares(draw);
  for (const [id, share] of Object.entries(wanted)) {
    expect(Math.abs((seen.get(Number(id)) ?? 0) - share)).toBeLessThan(0.03);
  }
});

test("references are drawn from several buffers as from one list", () => {
  const config = makeConfig();
  const tasks = [1, 2, 3, 4].map((id) => makeTask(id, { type: id < 3 ? "deduction" : "abduction" }));
  const buffers = new TaskBuffers(["deduction", "abduction", "induction"], config, tasks);
  const list = [...buffers.of("abduction").tasks(), ...buffers.of("deduction").tasks()];
  for (let seed = 0; seed < 20; seed++) {
    expect(buffers.sampleFrom(["abduction", "deduction"], "induction", stream(seed), 3)).toEqual(
      stream(seed).sample(list, 3),
    );
  }
  expect(buffers.find(3)?.type).toBe("abduction");
  expect(buffers.nextId(2)).toBe(7);
});

const play = fc.record({
  capacity: fc.integer({ min: 1, max: 6 }),
  deduplicate: fc.constantFrom("ast", "text", "none"),
  evict: fc.constantFrom("learnability", "oldest", "uniform"),
  draw: fc.constantFrom("new-first", "uniform", "recent", "learnability"),
  tasks: fc.array(
    fc.record({
      program: fc.integer({ min: 0, max: 9 }),
      rate: fc.constantFrom(0, 0.5, 1),
      refused: fc.boolean(),
    }),
    { maxLength: 30 },
  ),
});

test("never above capacity, no task twice, and rebuilt from the stored tasks it goes on as it would have", () => {
  fc.assert(
    fc.property(play, ({ tasks, ...buffer }) => {
      const config = makeConfig({ seed: 5, selfplay: { buffer } });
      const stored = new Map<number, TaskRecord>();
      const live = new TaskBuffers(["deduction"], config);
      const store = (task: TaskRecord) => {
        live.add(task);
        stored.set(task.id, task);
        for (const id of live.takeEvicted()) {
          stored.set(id, { ...(stored.get(id) as TaskRecord), evictedStep: task.step });
        }
      };
      for (const [i, { program, rate, refused }] of tasks.entries()) {
        const task = makeTask(i + 1, {
          step: i,
          program: `def f(a): return ${program}`,
          fingerprint: `${program % 7}`,
          solveRate: rate,
          evictedStep: refused ? i : null,
        });
        // Self-play admits no repeats.
        if (live.of("deduction").find(task)) continue;
        store(task);
        const [first] = live.of("deduction").tasks();
        if (first && i % 3 === 0) {
          live.of("deduction").update(first.id, { solveRate: rate, timesDrawn: i });
          stored.set(first.id, { ...first, solveRate: rate, timesDrawn: i });
        }
        const held = live.of("deduction").tasks();
        expect(held.length).toBeLessThanOrEqual(buffer.capacity);
        if (buffer.deduplicate === "ast") {
          expect(new Set(held.map((each) => each.fingerprint)).size).toBe(held.length);
        }
        const rebuilt = new TaskBuffers(["deduction"], config, [...stored.values()]);
        expect(rebuilt.of("deduction").tasks()).toEqual(held);
        expect(rebuilt.nextId()).toBe(live.nextId());
        expect(rebuilt.takeEvicted()).toEqual([]);
        const draws = [live, rebuilt].map((each) => ids(each.of("deduction").draw(stream(i), 3, fresh)));
        expect(draws[1]).toEqual(draws[0] ?? []);
      }
    }),
    { numRuns: 60 },
  );
});

test("a lower capacity on resume gives up tasks, to be stored with the next step", () => {
  const tasks = [1, 2, 3, 4].map((id) => makeTask(id, { solveRate: 0.5 }));
  const buffers = new TaskBuffers(
    ["deduction"],
    makeConfig({ selfplay: { buffer: { capacity: 2, evict: "oldest" } } }),
    tasks,
  );
  expect(ids(buffers.of("deduction").tasks())).toEqual([3, 4]);
  expect(buffers.takeEvicted()).toEqual([1, 2]);
  expect(buffers.takeEvicted()).toEqual([]);
});
