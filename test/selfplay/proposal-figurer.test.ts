import { expect, test } from "bun:test";
import type { Standing } from "../../src/selfplay/admission.ts";
import { ProposalFigurer } from "../../src/selfplay/proposal-figurer.ts";
import type { Candidate } from "../../src/selfplay/proposers/candidate.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

const config = makeConfig({ rewards: { novelty: { window: 3, multiply: true } } });

function standing(id: number, skeleton: string | null, origin: Candidate["origin"] = "proposed"): Standing {
  const value = { program: "def f(a):\n    return a", inputs: ["1"], outputs: ["1"], message: null };
  const candidate: Candidate = {
    type: "deduction",
    origin,
    parents: [],
    task: { ok: true, value },
    flags: [],
  };
  const task = {
    id,
    type: "deduction",
    origin,
    task: value,
    parents: [],
    fingerprint: null,
    skeleton,
  } as const;
  return { rollout: candidate, task, rejection: null, repeats: false };
}

const uses = (figurer: ProposalFigurer, step: number, ...standings: Standing[]) =>
  figurer.figuresOf(standings, new Map(), step).map(({ skeletonUses }) => skeletonUses);

test("a skeleton counts for those after it in the step, and for the steps after it once it is learnt", () => {
  const figurer = new ProposalFigurer(config.rewards, new TaskBuffers(["deduction"], config), [
    makeTask(1, { step: 1, skeleton: "a" }),
  ]);
  // What templates write is no use of the model's.
  const step = [
    standing(2, "a"),
    standing(3, "a"),
    standing(4, "b", "template"),
    standing(5, "b"),
    standing(6, null),
  ];
  expect(uses(figurer, 2, ...step)).toEqual([1, 2, 0, 0, null]);
  expect(uses(figurer, 2, standing(7, "a"))).toEqual([1]);
  figurer.learn([makeTask(2, { step: 2, skeleton: "a" }), makeTask(3, { step: 2, skeleton: "a" })]);
  expect(uses(figurer, 3, standing(8, "a"))).toEqual([3]);
  expect(uses(figurer, 4, standing(8, "a"))).toEqual([2]);
  expect(uses(figurer, 5, standing(8, "a"))).toEqual([0]);
});
