import { expect, test } from "bun:test";
import { admit } from "../../src/selfplay/admission.ts";
import { assign } from "../../src/selfplay/assignments.ts";
import { promptStyle } from "../../src/selfplay/prompts/registry.ts";
import type { Candidate } from "../../src/selfplay/proposers/candidate.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { byteTokenizer } from "../fixtures/byte-tokenizer.ts";
import { scriptedGenerator } from "../fixtures/scripted-generator.ts";
import { tableExecutor } from "../fixtures/table-executor.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

/** Assignments of a step with one new task and ten in the buffer, of which `tasks_per_step` 4 are to train. */
function assigned(selfplay: object, adaptive = false) {
  const config = makeConfig({ selfplay: { tasks_per_step: 4, estimation_samples: 2, ...selfplay } });
  const tasks = Array.from({ length: 10 }, (_, i) => makeTask(i + 1, { inputs: [`${i}`] }));
  const buffers = new TaskBuffers(["deduction"], config, tasks);
  const proposal: Candidate = {
    type: "deduction",
    origin: "proposed",
    parents: [],
    task: {
      ok: true,
      value: { program: "def f(a):\n    return 3", inputs: ["1"], outputs: ["3"], message: null },
    },
    flags: [],
  };
  const admission = admit([proposal], buffers, { duplicates: "reject", hold_out: 0 }, new Map());
  const play = {
    config,
    generator: scriptedGenerator(() => ""),
    executor: tableExecutor({}),
    tokenizer: byteTokenizer,
    style: promptStyle("compact"),
  };
  const counts: number[] = [];
  const draw = (_: unknown, all: readonly (typeof tasks)[number][], count: number) => {
    counts.push(count);
    return all.slice(0, count);
  };
  const all = assign(play, buffers, admission, ["deduction"], 1, adaptive ? draw : null);
  return { all, counts };
}

test("a curriculum that draws is asked for what the new tasks leave of tasks_per_step", () => {
  const { all, counts } = assigned({}, true);
  expect(counts).toEqual([3]);
  expect(all.map(({ id, trains }) => [id, trains])).toEqual([
    [11, true],
    [1, true],
    [2, true],
    [3, true],
  ]);
});

test("where solving is not trained, new tasks are estimated and nothing is drawn", () => {
  for (const adaptive of [true, false]) {
    const { all } = assigned({ train_roles: ["propose"], reuse_estimates: adaptive }, adaptive);
    expect(all.map(({ id, estimates, fresh, trains }) => [id, estimates, fresh, trains])).toEqual([
      [11, 2, 0, false],
    ]);
  }
  expect(assigned({}).all.length).toBe(4);
});

test("an earlier task whose prompt does not fit any more is not solved", () => {
  expect(assigned({ max_prompt_tokens: 1 }).all.map(({ id }) => id)).toEqual([11]);
});
