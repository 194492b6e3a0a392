/** What is run, of the preset tiny or of another. */
export interface Variant {
  name: string;
  preset?: string;
  /** A reference is taught by supervised texts instead. Levers are what else was tried: they are run by name alone. */
  kind: "preset" | "control" | "reference" | "ablation" | "lever";
  about: string;
  /** What differs from the preset, as `--set` writes it. */
  settings: readonly string[];
  /** Those that it is run with where none are named. */
  seeds: readonly number[];
}

/** No weight moves by more than the rounding of float32. */
const NO_LEARNING = "training.optimizer.learning_rate=1e-12";

/** What all others are held against. */
export const PRESET = "tiny";
/** It takes the preset's steps and learns nothing. */
export const CONTROL = "control";

const THREE = [0, 1, 2];

type Kind = Variant["kind"];
/** Kinds whose runs are looked at themselves, beside what their models answer. */
export const WATCHED: readonly Kind[] = ["preset", "control"];
/** Kinds that are sampled, beside greedy answers, and held against the start model. */
export const SAMPLED_KINDS: readonly Kind[] = [...WATCHED, "reference"];

export const VARIANTS: readonly Variant[] = [
  { name: PRESET, kind: "preset", about: "the preset tiny", settings: [], seeds: [0, 1, 2, 3, 7] },
  {
    name: "tiny-long",
    preset: "tiny-long",
    kind: "preset",
    about: "the preset tiny-long: 300 steps in place of 100, at a learning rate of 1.5e-4 in place of 5e-4",
    settings: [],
    seeds: [0, 1, 2, 3],
  },
  {
    name: CONTROL,
    kind: "control",
    about: "the same steps, nothing learnt",
    settings: [NO_LEARNING],
    seeds: THREE,
  },
  {
    name: "shuffled",
    kind: "control",
    about:
      "the same steps and rewards, each reward given to another of its role and type: what updates do without a signal",
    settings: ["rewards.shuffle=true"],
    seeds: THREE,
  },
  {
    name: "supervised",
    kind: "reference",
    about:
      "no self-play: 50,000 more texts of the generator, in which deductions are thought out and abduction is taught",
    settings: [],
    seeds: [0],
  },
  {
    name: "solver-only",
    kind: "ablation",
    about: "proposals are not learnt from; the solver's weights are the proposer's all the same",
    settings: ["selfplay.train_roles=[solve]"],
    seeds: THREE,
  },
  {
    name: "deduction-only",
    kind: "ablation",
    about: "deduction alone, as many tasks a step as all three types have",
    settings: ["selfplay.tasks=[deduction]", "selfplay.proposals=48", "selfplay.tasks_per_step=48"],
    seeds: THREE,
  },
  {
    name: "no-references",
    kind: "ablation",
    about: "the proposer sees no earlier tasks",
    settings: ["selfplay.references=0"],
    seeds: THREE,
  },
  {
    name: "no-learnability",
    kind: "ablation",
    about:
      "the proposer is paid alike for every valid task, whatever the solver makes of it; novelty still counts",
    settings: ["rewards.learnability=constant"],
    seeds: THREE,
  },
  {
    name: "two-references",
    kind: "lever",
    about: "the proposer sees two earlier tasks in place of one",
    settings: ["selfplay.references=2"],
    seeds: THREE,
  },
  {
    name: "learnable-only",
    kind: "lever",
    about: "only tasks that were solved sometimes enter the buffer",
    settings: ["selfplay.buffer.admit=learnable"],
    seeds: [0],
  },
  {
    name: "entropy-bonus",
    kind: "lever",
    about: "an entropy bonus of 0.003",
    settings: ["training.algorithm.entropy=0.003"],
    seeds: [0],
  },
  {
    name: "cooler-proposer",
    kind: "lever",
    about: "the proposer samples at 1 in place of 1.2",
    settings: ["selfplay.propose.temperature=1"],
    seeds: [0],
  },
  {
    name: "no-novelty",
    kind: "lever",
    about: "a program whose skeleton was used lately is paid like any other",
    settings: ["rewards.novelty.multiply=false", "rewards.novelty.penalty=0"],
    seeds: [0],
  },
  {
    name: "validity-only",
    kind: "lever",
    about:
      "the proposer is paid alike for every valid task: neither what the solver makes of it nor novelty counts, repeats cost as before",
    settings: [
      "rewards.learnability=constant",
      "rewards.novelty.multiply=false",
      "rewards.novelty.penalty=0",
    ],
    seeds: [0],
  },
  {
    name: "kl",
    kind: "lever",
    about: "the KL divergence from the start model in the loss, 0.04 times (DeepSeekMath's coefficient)",
    settings: ["training.algorithm.kl.coefficient=0.04"],
    seeds: THREE,
  },
  { name: "longer", kind: "lever", about: "300 steps", settings: ["steps=300"], seeds: [0] },
];
