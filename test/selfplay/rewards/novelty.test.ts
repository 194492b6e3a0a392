import { expect, test } from "bun:test";
import { SkeletonUses } from "../../../src/selfplay/rewards/novelty.ts";
import { makeTask } from "../../runs/fixtures.ts";

test("a skeleton is used by the proposals of the last steps, the one under way included", () => {
  const tasks = [
    makeTask(1, { origin: "seed", step: 0, skeleton: "a" }),
    makeTask(2, { step: 1, skeleton: "a" }),
    makeTask(3, { step: 2, skeleton: "a", evictedStep: 2 }),
    makeTask(4, { step: 2, skeleton: null }),
  ];
  const uses = new SkeletonUses(2, tasks);
  uses.enter(2);
  expect([uses.of("a"), uses.of("b")]).toEqual([2, 0]);
  uses.enter(3);
  expect(uses.of("a")).toBe(1);
  uses.add(makeTask(5, { step: 3, skeleton: "a" }));
  expect(uses.of("a")).toBe(2);
  uses.enter(4);
  uses.enter(4);
  expect(uses.of("a")).toBe(1);
  uses.enter(9);
  expect(uses.of("a")).toBe(0);
});
