import { expect, test } from "bun:test";
import { remarks } from "../../src/config/combinations.ts";
import { loadConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors/index.ts";

const GRPO = "training.algorithm={type: grpo}";
const BATCH = "training.algorithm={type: grpo, baseline: batch}";
const PPO = "training.algorithm={type: ppo}";
const ADAPTIVE = "selfplay.curriculum={type: adaptive}";
const TEMPLATES = "selfplay.proposer={type: template}";
const ONE_PROPOSAL = "selfplay.proposals=1";
const ONE_ANSWER = "selfplay.tasks_per_step=1";
const REUSE = "selfplay.reuse_estimates=true";
const GREEDY = "selfplay.solve.temperature=0";
const PROMPTED = "selfplay.samples_per_prompt=2";
const ONE_ESTIMATE = "selfplay.estimation_samples=1";
const PROPOSE = "selfplay.train_roles=[propose]";
/** A prompt without difficulty and references. */
const BARE = ["selfplay.prompt=compact", "selfplay.references=0"];
const PAID = "rewards.table={types: [deduction, abduction, induction]}";
const mixed = (share: number) => `selfplay.proposer={type: mixed, share: ${share}}`;
const tasks = (...types: string[]) => `selfplay.tasks=[${types.join(", ")}]`;
const MATHEMATICS = tasks("deduction", "mathematics");

test.each([
  // What is compared.
  [[GRPO, REUSE], "compares proposals of one prompt with each other, and there is one"],
  [[GRPO, REUSE, PROMPTED, ONE_PROPOSAL], "compares proposals of one prompt"],
  [[GRPO, PROMPTED], "compares answers to one prompt"],
  [[GRPO, PROMPTED, REUSE, "selfplay.estimation_samples=1"], "compares answers to one prompt"],
  [[GRPO, PROMPTED, REUSE, "selfplay.solve.temperature=0"], "compares answers to one prompt"],
  [[ONE_PROPOSAL], "trr++ compares proposals of one type"],
  [[BATCH, ONE_PROPOSAL], "grpo compares proposals of one type"],
  [["selfplay.proposals=4", mixed(0.75)], "trr++ compares proposals of one type"],
  [[ONE_ANSWER], "trr++ compares answers to one type's tasks"],
  [[ONE_ANSWER, REUSE, "selfplay.solve.temperature=0"], "trr++ compares answers to one type's tasks"],
  // Who proposes.
  [["selfplay.proposals=4", mixed(0.1)], "a share of 0.1 of 4 proposals leaves the templates none"],
  [["selfplay.proposals=4", mixed(0.9)], "a share of 0.9 of 4 proposals leaves the model none"],
  [[tasks("mathematics"), mixed(0.5)], "templates write no mathematics tasks"],
  [[PROMPTED, "selfplay.propose.temperature=0"], "all the same"],
  [[tasks("induction"), "selfplay.composites.probability=0.5"], "not induction alone"],
  [[TEMPLATES, "selfplay.composites.probability=0.5"], "composites is of the model's proposals"],
  [[tasks("deduction"), "selfplay.check_messages=message"], "of the model's induction tasks"],
  [[TEMPLATES, "selfplay.check_messages=task"], "of the model's induction tasks"],
  [[TEMPLATES, "selfplay.train_roles=[propose]"], "templates write every task"],
  [[MATHEMATICS, mixed(1), "selfplay.composites.probability=0.5"], "templates write every deduction task"],
  [[tasks("induction", "mathematics"), mixed(1), "selfplay.check_messages=task"], "and there are none"],
  [["selfplay.solve.temperature=0"], "no task is solved sometimes"],
  [[ONE_ESTIMATE], "learnability paper pays both alike"],
  [[ONE_ESTIMATE, "rewards.learnability=official"], "learnability official pays both alike"],
  [[ONE_ESTIMATE, "rewards={learnability: peak, halstead: {coefficient: 1}}"], "peak pays both alike"],
  [[ONE_ESTIMATE, TEMPLATES, "selfplay.buffer.admit=learnable"], "no new task would enter the buffer"],
  [[PROPOSE, "selfplay.experience.coefficient=0.5"], "[propose] does not train it"],
  // What is kept.
  [["selfplay.duplicates=reject", "selfplay.buffer.deduplicate=none"], "turns repeats down"],
  [["rewards.repeat=-1", "selfplay.buffer.deduplicate=none"], "rewards.repeat pays proposals that repeat"],
  [[ADAPTIVE, PROPOSE, ...BARE, tasks("deduction")], "nothing is asked by"],
  [[ADAPTIVE, "selfplay.proposer={type: template, difficulty: 0.5}"], "difficulty is not asked"],
  [["selfplay.seed_tasks=5", "selfplay.buffer.capacity=4"], "seeds would be given up"],
  [[ADAPTIVE, "selfplay.buffer.draw=uniform"], "draws itself"],
  // What is paid.
  [["rewards.wrong=1"], "no less than a right one"],
  [["rewards.table={types: [deduction], right: 1, wrong: 2}"], "rewards.table.wrong pays a wrong answer"],
  [["rewards.table={types: [mathematics]}"], "names mathematics, which is not among selfplay.tasks"],
  [[TEMPLATES, "rewards.halstead.coefficient=1"], "rewards.halstead.coefficient: paid to the model's"],
  [[TEMPLATES, "rewards.repeat=-1", "rewards.novelty.penalty=1"], "rewards.repeat, rewards.novelty.penalty:"],
  [
    [tasks("deduction"), "rewards={repeat: -1, table: {types: [deduction]}}"],
    "rewards.repeat: paid to the model's",
  ],
  [["rewards.novelty={coefficient: 1, most: 0}"], "rewards.novelty has a coefficient and pays at most 0"],
  [[tasks("mathematics"), "rewards.complexity.coefficient=1"], "mathematics has none"],
  [["rewards.edit_distance.coefficient=1", "selfplay.references=0"], "distance from references"],
  [["rewards.combine=multiply"], "none has a coefficient"],
  [["rewards={malformed: 0.5, wrong: 0}"], "rewards.malformed 0.5 pays a broken format more"],
  [[tasks("deduction"), "rewards.table={types: [deduction], malformed: 20}"], "table.malformed 20 pays"],
  [[tasks("deduction"), "rewards.table={types: [deduction], unreadable: 10}"], "not valid no less than"],
  [[MATHEMATICS, mixed(1), "rewards.complexity.coefficient=1"], "mathematics has none"],
  // What is measured.
  [["evaluation.samples=4", "evaluation.temperature=0"], "all the same"],
  [["evaluation.data.gsm8k=mine.jsonl"], "evaluation.benchmarks does not hold"],
])("%p is refused with the reason", (set, reason) => {
  const load = () => loadConfig({ set });
  expect(load).toThrow(ConfigError);
  expect(load).toThrow(reason);
});

test.each([
  [[GRPO, REUSE, PROMPTED]],
  [[GRPO, REUSE, "selfplay.train_roles=[solve]"]],
  [[GRPO, PROMPTED, "selfplay.train_roles=[propose]"]],
  [[GRPO, REUSE, TEMPLATES]],
  [[BATCH]],
  [[ONE_PROPOSAL, "selfplay.train_roles=[solve]"]],
  [[ONE_PROPOSAL, PPO]],
  [[ONE_ANSWER, PPO]],
  [[ONE_ANSWER, REUSE]],
  [[ONE_ANSWER, "selfplay.strategies=[direct, test-driven]"]],
  [[ONE_ANSWER, "selfplay.train_roles=[propose]"]],
  [["selfplay.proposals=4", mixed(0.5)]],
  [["selfplay.proposals=4", mixed(0.75), PPO]],
  [["selfplay.propose.temperature=0"]],
  [[tasks("induction", "deduction"), "selfplay.composites.probability=0.5"]],
  [["selfplay.check_messages=message"]],
  [[TEMPLATES, PROMPTED]],
  [["steps=5", "selfplay.composites={probability: 0.5, from_step: 6}"]],
  [[GREEDY, ONE_ESTIMATE, "rewards.learnability=inverse"]],
  [[GREEDY, PAID]],
  [[ONE_ESTIMATE, PAID]],
  [[ONE_ESTIMATE, TEMPLATES]],
  [[ONE_ESTIMATE, "selfplay.train_roles=[solve]"]],
  [[MATHEMATICS, mixed(1)]],
  [[MATHEMATICS, mixed(0.5), ONE_PROPOSAL, PPO]],
  [[TEMPLATES, PROMPTED, "selfplay.propose.temperature=0"]],
  [[ONE_ANSWER, "selfplay.experience.coefficient=0.5"]],
  [[TEMPLATES, "selfplay.duplicates=reject", "selfplay.buffer.deduplicate=none"]],
  [[ADAPTIVE, ...BARE, tasks("deduction")]],
  [[ADAPTIVE, PROPOSE, ...BARE, tasks("deduction", "induction")]],
  [["rewards={malformed: -0.5}"]],
  [["training.algorithm={type: sft, data: rows.jsonl}", GREEDY, "rewards.wrong=3"]],
  [[ADAPTIVE, TEMPLATES]],
  [["selfplay.seed_tasks=4", "selfplay.buffer.capacity=4"]],
  [[ADAPTIVE]],
  [["rewards.edit_distance.coefficient=1", "rewards.combine=multiply"]],
  [["rewards={repeat: -1, table: {types: [deduction]}}"]],
  [[tasks("mathematics"), "rewards.answer_diversity.coefficient=1"]],
  [["rewards.table={types: [], right: 1, wrong: 2}"]],
  [["evaluation.samples=4"]],
  [["evaluation.data.gsm8k=mine.jsonl", "evaluation.benchmarks=[gsm8k]"]],
  [["rewards.wrong=0.5"]],
])("%p is taken", (set) => {
  expect(() => loadConfig({ set })).not.toThrow();
});

test("all that is wrong is told at once, each with what to do", () => {
  try {
    loadConfig({ set: [GRPO, "rewards.wrong=3"] });
    expect.unreachable();
  } catch (error) {
    const { message, mend } = error as ConfigError;
    expect(message.split("\n").map((line) => line.slice(0, 43))).toEqual([
      "1. training.algorithm.type grpo compares pr",
      "2. training.algorithm.type grpo compares an",
      "3. rewards.wrong pays a wrong answer no les",
    ]);
    expect(mend?.split("\n").at(-1)).toBe("3. Set rewards.wrong below 1.");
  }
});

test("clip binds on both sides: 1 and more would bind nothing below", () => {
  const load = (clip: string) => loadConfig({ set: [`training.algorithm.clip=${clip}`] });
  expect(() => load("1")).toThrow("training.algorithm.clip (--set training.algorithm.clip=1): expected <1");
  expect(() => load("0.99")).not.toThrow();
  expect(() => loadConfig({ set: ["training.algorithm.clip_high=1.5"] })).not.toThrow();
});

test("composites that come after the last step are said and not refused: a short trial of a long config", () => {
  const late = (steps: number) =>
    remarks(loadConfig({ set: [`steps=${steps}`, "selfplay.composites={probability: 0.5, from_step: 6}"] }));
  expect(late(5)).toEqual([
    "selfplay.composites.from_step 6 is after the last of 5 steps: there will be no composites.",
  ]);
  expect(late(6)).toEqual([]);
});

test("the mend names a share where there is one", () => {
  const mend = (...set: string[]) => {
    try {
      return loadConfig({ set });
    } catch (error) {
      return (error as ConfigError).mend;
    }
  };
  expect(mend(ONE_PROPOSAL)).toBe("Raise selfplay.proposals, or set selfplay.train_roles to [solve].");
  expect(mend("selfplay.proposals=4", mixed(0.75))).toContain("lower selfplay.proposer.share");
});
