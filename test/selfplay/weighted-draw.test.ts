import { expect, test } from "bun:test";
import { stream } from "../../src/random/stream.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { WeightedDraw } from "../../src/selfplay/weighted-draw.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const ITEMS = Array.from({ length: 40 }, (_, i) => i);

test("items come in proportion to their weights, each once, the same from the same stream", () => {
  const draw = new WeightedDraw(ITEMS, (item) => item);
  const drawn = Array.from({ length: 4000 }, (_, i) => draw.draw(stream(1, i), 2));
  expect(drawn.every(([a, b]) => a !== b && a !== 0 && b !== 0)).toBe(true);
  // The first of them: 30 and above hold 345 of the 780.
  const high = drawn.filter(([first = 0]) => first >= 30).length;
  expect(Math.abs(high / 4000 - 345 / 780)).toBeLessThan(0.03);
  expect(draw.draw(stream(2), 5)).toEqual(draw.draw(stream(2), 5));
});

test("one item with nearly all of the weight does not hold up the others; all come when more are asked for", () => {
  const draw = new WeightedDraw(ITEMS, (item) => (item === 7 ? 1 : 1e-12));
  const drawn = draw.draw(stream(3), 4);
  expect(drawn[0]).toBe(7);
  expect(new Set(drawn).size).toBe(4);
  expect(draw.draw(stream(4), 99).toSorted((a, b) => a - b)).toEqual(ITEMS);
  expect(new WeightedDraw<number>([], () => 1).draw(stream(5), 3)).toEqual([]);
});

test("references near a difficulty follow what solving showed and what came in since", () => {
  const tasks = Array.from({ length: 200 }, (_, i) => makeTask(i + 1, { inputs: [`${i}`], solveRate: 1 }));
  const buffers = new TaskBuffers(["deduction"], makeConfig({}), tasks);
  const drawn = (n: number) =>
    Array.from({ length: 20 }, (_, i) =>
      buffers.sampleFrom(["deduction"], "deduction", stream(n, i), 2, 0.9),
    ).flat();
  const hard = new Set([17, 42, 201]);
  const count = (n: number) => drawn(n).filter(({ id }) => hard.has(id)).length;
  expect(count(1)).toBeLessThan(10);
  buffers.of("deduction").update(17, { solveRate: 0.1, timesDrawn: 1 });
  buffers.of("deduction").update(42, { solveRate: 0.1, timesDrawn: 1 });
  buffers.add(makeTask(201, { inputs: ["new"], solveRate: 0.1 }));
  expect(count(1)).toBeGreaterThan(20);
});
