import { expect, test } from "bun:test";
import { stream } from "../../../src/random/stream.ts";
import { drawByDifficulty } from "../../../src/selfplay/curriculum/draw.ts";
import { makeTask } from "../../runs/fixtures.ts";

const TASKS = Array.from({ length: 101 }, (_, i) => makeTask(i + 1, { solveRate: i / 100 }));

test.each([0, 0.3, 0.8])(
  "at difficulty %p tasks with a last solve rate near 1 - difficulty come",
  (difficulty) => {
    const drawn = Array.from({ length: 40 }, (_, i) =>
      drawByDifficulty(TASKS, difficulty, 5, stream(1, i)),
    ).flat();
    const mean = drawn.reduce((sum, { solveRate }) => sum + (solveRate ?? 0), 0) / drawn.length;
    // At the ends only one side is there, so that the mean lies within.
    expect(Math.abs(mean - (1 - difficulty))).toBeLessThan(difficulty === 0 ? 0.25 : 0.08);
  },
);

test("tasks are different, all there are when fewer, and the same from the same stream", () => {
  const drawn = drawByDifficulty(TASKS, 0.5, 200, stream(2));
  expect(new Set(drawn.map(({ id }) => id)).size).toBe(101);
  expect(drawByDifficulty(TASKS, 0.5, 7, stream(3))).toEqual(drawByDifficulty(TASKS, 0.5, 7, stream(3)));
  expect(drawByDifficulty([makeTask(1)], 0.5, 1, stream(4)).length).toBe(1);
});
