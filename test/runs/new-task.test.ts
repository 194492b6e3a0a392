import { expect, test } from "bun:test";
import { newTask } from "../../src/runs/new-task.ts";

const known = {
  id: 3,
  type: "deduction",
  origin: "template",
  program: "def f(a):\n    return a",
  inputs: ["1"],
  outputs: ["1"],
} as const;

test("a new task is undrawn, unsolved, without hashes and in the buffer", () => {
  expect(newTask({ ...known, inputs: ["1"], outputs: ["1"] })).toEqual({
    id: 3,
    type: "deduction",
    origin: "template",
    step: 0,
    program: "def f(a):\n    return a",
    inputs: ["1"],
    outputs: ["1"],
    message: null,
    parents: [],
    learnability: null,
    solveRate: null,
    timesDrawn: 0,
    fingerprint: null,
    skeleton: null,
    evictedStep: null,
  });
});

test("what is given stands, and no two tasks share a list", () => {
  const own = { ...known, inputs: ["1"], outputs: ["1"] };
  expect(newTask({ ...own, step: 2, parents: [1], solveRate: 0 })).toMatchObject({
    step: 2,
    parents: [1],
    solveRate: 0,
  });
  const first = newTask(own);
  first.parents.push(9);
  expect(newTask(own).parents).toEqual([]);
});
