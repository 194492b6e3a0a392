/** What differs from the preset tiny, as `--set` writes it. */
export interface Variant {
  name: string;
  about: string;
  settings: readonly string[];
}

/** No weight moves by more than the rounding of float32. */
const NO_LEARNING = "training.optimizer.learning_rate=1e-12";

/** What the others are held against. */
export const CONTROL = "control";

export const VARIANTS: readonly Variant[] = [
  { name: "tiny", about: "the preset tiny", settings: [] },
  { name: CONTROL, about: "the same steps, nothing learnt", settings: [NO_LEARNING] },
  { name: "solver-only", about: "the proposer learns nothing", settings: ["selfplay.train_roles=[solve]"] },
  { name: "deduction-only", about: "deduction alone", settings: ["selfplay.tasks=[deduction]"] },
  { name: "no-references", about: "the proposer sees no earlier tasks", settings: ["selfplay.references=0"] },
  {
    name: "plain",
    about: "no novelty in the proposer's reward, and its temperature 1",
    settings: [
      "rewards.novelty.multiply=false",
      "rewards.novelty.penalty=0",
      "selfplay.propose.temperature=1",
    ],
  },
];
