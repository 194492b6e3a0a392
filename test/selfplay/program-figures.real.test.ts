import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { openSandbox } from "../../src/sandbox/open.ts";
import type { SandboxPool } from "../../src/sandbox/pool.ts";
import { admit } from "../../src/selfplay/admission.ts";
import { programFigures } from "../../src/selfplay/program-figures.ts";
import { ProposalFigurer } from "../../src/selfplay/proposal-figurer.ts";
import type { Candidate } from "../../src/selfplay/proposers/candidate.ts";
import { found, rejected } from "../../src/selfplay/rejection.ts";
import { proposerReward } from "../../src/selfplay/rewards/proposer-reward.ts";
import { TaskBuffers } from "../../src/selfplay/task-buffers.ts";
import { makeConfig, makeTask } from "../runs/fixtures.ts";

setDefaultTimeout(60_000);

let pool: SandboxPool;
beforeAll(async () => {
  pool = await openSandbox({ backend: "auto", workers: 2, timeout_ms: 20_000, memory_mb: 256 });
});
afterAll(() => pool[Symbol.asyncDispose]());

function candidate(program: string, parents: number[] = []): Candidate {
  const task = { program, inputs: ["1"], outputs: ["2"], message: null };
  return {
    type: "deduction",
    origin: "proposed",
    parents,
    task: found({ ...makeTask(0), ...task }),
    flags: [],
  };
}

test("repeats are seen through names and layout; novelty falls with each use of a shape", async () => {
  const config = makeConfig({
    rewards: {
      novelty: { multiply: true, penalty: 0.5 },
      edit_distance: { coefficient: 0.5 },
      complexity: { coefficient: 1 },
    },
  });
  const known = await reference();
  const buffers = new TaskBuffers(["deduction"], config, [known]);
  const figurer = new ProposalFigurer(config.rewards, buffers, [known]);
  const proposals = [
    candidate("def f(b):  # the known one\n    return b + 1", [1]),
    candidate("def f(b):\n    return b + 2", [1]),
    { ...candidate(""), task: rejected("timeout") },
    candidate("def f(b):\n    return b + 3"),
    candidate("def f(b):\n    return [b for i in b if i]", [1]),
    candidate(known.program, [1]),
  ];
  const programs = await programFigures({ config, executor: pool }, buffers, proposals);
  const { standings, admitted } = admit(proposals, buffers, { duplicates: "reject", hold_out: 0 }, programs);
  expect(standings.map(({ rejection, task }) => rejection?.reason ?? task?.id)).toEqual([
    "duplicate",
    2,
    "timeout",
    3,
    4,
    "duplicate",
  ]);
  expect(admitted[0]?.skeleton).toBe(admitted[1]?.skeleton as string);
  expect(admitted[0]?.skeleton).toBe(known.skeleton as string);
  const figures = figurer.figuresOf(standings, programs, 2);
  // The known task is of step 1, in the window.
  expect(figures.map(({ skeletonUses }) => skeletonUses)).toEqual([null, 1, null, 2, 0, null]);
  expect(figures[3]?.program?.distances).toEqual([]);
  const rewards = [1, 3, 4].map((i) => {
    const outcome = { kind: "valid", formatted: true, repeats: false, solveRate: 0.5 } as const;
    return proposerReward(
      "deduction",
      { ...outcome, figures: figures[i] as (typeof figures)[0] },
      config.rewards,
    );
  });
  expect(rewards[0]).toMatchObject({ learnability: 0.5, novelty: 0.25 - 0.5 - 0.25, complexity: 1 / 15 });
  expect(rewards[1]?.novelty).toBeCloseTo(0.5 / 3 - 0.5 - 1 / 3, 12);
  expect(rewards[1]?.edit_distance).toBe(0);
  expect(rewards[2]).toMatchObject({ novelty: 0, complexity: 3 / 15 });
  expect(rewards[2]?.edit_distance).toBeGreaterThan(rewards[0]?.edit_distance as number);
});

async function reference() {
  const config = makeConfig();
  const own = candidate("def f(a):\n    return a + 1");
  const programs = await programFigures({ config, executor: pool }, new TaskBuffers([], config), [own]);
  const { fingerprint = null, skeleton = null } = programs.get(own) ?? {};
  return makeTask(1, { program: "def f(a):\n    return a + 1", fingerprint, skeleton, solveRate: 0.5 });
}

test("a program taken from a reference has no skeleton of its own", async () => {
  const config = makeConfig();
  const known = await reference();
  const buffers = new TaskBuffers(["deduction"], config, [known]);
  const own = candidate(known.program, [1]);
  const task = own.task.ok ? { ...own.task.value, inputs: ["7"] } : makeTask(0);
  const proposal = { ...own, task: found(task) };
  const programs = await programFigures({ config, executor: pool }, buffers, [proposal]);
  const { admitted } = admit([proposal], buffers, { duplicates: "reject", hold_out: 0 }, programs);
  expect(admitted.map(({ fingerprint, skeleton }) => [fingerprint, skeleton])).toEqual([
    [known.fingerprint, null],
  ]);
});

test("nothing is analysed where no setting needs it", async () => {
  const config = makeConfig({ selfplay: { buffer: { deduplicate: "text" } } });
  const before = pool.counts().finished;
  const programs = await programFigures({ config, executor: pool }, new TaskBuffers([], config), [
    candidate("def f(a):\n    return a"),
  ]);
  expect(programs.size).toBe(0);
  expect(pool.counts().finished).toBe(before);
});
