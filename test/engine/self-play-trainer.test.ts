import { expect, test } from "bun:test";
import { type LearningModel, SelfPlayTrainer } from "../../src/engine/self-play-trainer.ts";
import type { UpdateResult } from "../../src/interfaces/learner.ts";
import type { StepOutcome } from "../../src/selfplay/outcome.ts";
import type { SelfPlay } from "../../src/selfplay/self-play.ts";

const hooks = {
  onPhase: () => undefined,
  onUpdate: () => undefined,
  onLog: () => undefined,
  signal: new AbortController().signal,
};

/** What is stored of three rollouts, the second not trained on, after an update that found `found`. */
async function stored(found: Pick<UpdateResult, "advantages" | "penalties">) {
  const rollout = (trajectory: number | null, correctness: number) => ({
    trajectory,
    reward: correctness,
    components: { format: 0, correctness },
  });
  const outcome = {
    trajectories: [],
    experience: [],
    rollouts: [rollout(0, 1), rollout(null, -0.5), rollout(1, 0.5)],
    metrics: {},
    flags: {},
  };
  const selfPlay = { step: async () => outcome as unknown as StepOutcome } as unknown as SelfPlay;
  const model: LearningModel = { update: async () => ({ metrics: {}, skipped: false, ...found }) };
  const { rollouts } = await new SelfPlayTrainer(selfPlay, model, 1).step(1, hooks);
  return rollouts.map(({ reward, components, advantage }) => ({ reward, components, advantage }));
}

test("a penalty of the update is stored as a component, and the reward is what is left", async () => {
  const rollouts = await stored({ advantages: [0.7, Number.NaN], penalties: [0.25, -0.125] });
  expect(rollouts).toEqual([
    { reward: 0.75, components: { format: 0, correctness: 1, kl: -0.25 }, advantage: 0.7 },
    { reward: -0.5, components: { format: 0, correctness: -0.5 }, advantage: null },
    { reward: 0.625, components: { format: 0, correctness: 0.5, kl: 0.125 }, advantage: null },
  ]);
});

test("without one the rewards stay as self-play gave them", async () => {
  const rollouts = await stored({ advantages: [0.7, -0.7] });
  expect(rollouts[0]).toEqual({ reward: 1, components: { format: 0, correctness: 1 }, advantage: 0.7 });
});
