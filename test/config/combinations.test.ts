import { expect, test } from "bun:test";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors/index.ts";

const GRPO = "training.algorithm={type: grpo}";
const ADAPTIVE = "selfplay.curriculum={type: adaptive}";

test.each([
  [[GRPO, "selfplay.samples_per_prompt=2", "selfplay.proposer={type: template}"], "neither proposer nor"],
  [[GRPO, "selfplay.samples_per_prompt=2", "selfplay.proposals=1"], "neither proposer nor"],
  [["selfplay.samples_per_prompt=2", "selfplay.propose.temperature=0"], "all the same"],
  [["rewards.edit_distance.coefficient=1", "selfplay.references=0"], "distance from references"],
  [[ADAPTIVE, "selfplay.buffer.draw=uniform"], "draws itself"],
  [["rewards.wrong=2"], "more than a right one"],
])("%p is refused with the reason", (set, reason) => {
  const load = () => loadConfig({ set });
  expect(load).toThrow(ConfigError);
  expect(load).toThrow(reason);
});

test.each([
  [[GRPO, "selfplay.samples_per_prompt=2"]],
  [[GRPO, "selfplay.proposer={type: template}", "selfplay.reuse_estimates=true"]],
  [["selfplay.propose.temperature=0"]],
  [["rewards.edit_distance.coefficient=1"]],
  [[ADAPTIVE]],
  [["rewards.wrong=0.5"]],
])("%p is taken", (set) => {
  expect(() => loadConfig({ set })).not.toThrow();
});
