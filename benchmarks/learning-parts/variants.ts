/** What differs from the preset tiny, as `--set` writes it. */
export interface Variant {
  name: string;
  about: string;
  settings: readonly string[];
}

/** No weight moves by more than the rounding of float32. */
const NO_LEARNING = "training.optimizer.learning_rate=1e-12";

/** What is tried, and what takes the same steps and learns nothing. */
export const MAIN = "tiny";
export const CONTROL = "control";

export const VARIANTS: readonly Variant[] = [
  { name: MAIN, about: "the preset tiny", settings: [] },
  { name: CONTROL, about: "the same steps, nothing learnt", settings: [NO_LEARNING] },
  {
    name: "shuffled",
    about:
      "the same steps and rewards, each reward given to another of its role and type: what updates do without a signal",
    settings: ["rewards.shuffle=true"],
  },
  { name: "solver-only", about: "the proposer learns nothing", settings: ["selfplay.train_roles=[solve]"] },
  {
    name: "deduction-only",
    about: "deduction alone, so a third of the tasks",
    settings: ["selfplay.tasks=[deduction]"],
  },
  { name: "no-references", about: "the proposer sees no earlier tasks", settings: ["selfplay.references=0"] },
  {
    name: "no-proposer-reward",
    about:
      "the proposer is paid for a valid new task alike, whatever the solver makes of it and how often its like was there",
    settings: [
      "rewards.table.types=[deduction,abduction,induction]",
      "rewards.table.right=1",
      "rewards.table.unreadable=-1",
      "rewards.table.wrong=-0.5",
      "rewards.table.malformed=-1",
      "rewards.novelty=null",
      "rewards.repeat=null",
    ],
  },
];
