import type { Config } from "./schema.ts";

interface Contradiction {
  holds(config: Config): boolean;
  /** What is wrong and why. */
  message: string;
  mend: string;
}

/** Settings that would do nothing, or teach nothing, beside each other. */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    holds: ({ training: { algorithm }, selfplay }) =>
      algorithm.type === "grpo" &&
      algorithm.baseline === "prompt" &&
      (!selfplay.reuse_estimates || selfplay.estimation_samples === 1 || selfplay.solve.temperature === 0) &&
      (selfplay.proposer.type === "template" ||
        selfplay.proposals === 1 ||
        selfplay.propose.temperature === 0),
    message:
      "training.algorithm.type grpo compares different answers to one prompt, and neither proposer nor solver has them.",
    mend: "Set selfplay.reuse_estimates to true with estimation_samples above 1 and solve.temperature above 0; or training.algorithm.baseline to batch.",
  },
  {
    holds: ({ selfplay }) => selfplay.samples_per_prompt > 1 && selfplay.propose.temperature === 0,
    message:
      "selfplay.propose.temperature 0 is greedy, so that the samples_per_prompt proposals of a prompt are all the same.",
    mend: "Raise selfplay.propose.temperature, or set selfplay.samples_per_prompt to 1.",
  },
  {
    holds: ({ rewards, selfplay }) => rewards.edit_distance.coefficient > 0 && selfplay.references === 0,
    message: "rewards.edit_distance measures the distance from references, and selfplay.references is 0.",
    mend: "Raise selfplay.references, or set rewards.edit_distance.coefficient to 0.",
  },
  {
    holds: ({ selfplay }) => selfplay.curriculum.type === "adaptive" && selfplay.buffer.draw !== "new-first",
    message: "selfplay.buffer.draw is not asked under selfplay.curriculum.type adaptive, which draws itself.",
    mend: "Leave selfplay.buffer.draw at new-first, or set selfplay.curriculum.type to fixed.",
  },
  {
    holds: ({ rewards }) => rewards.wrong > 1,
    message: "rewards.wrong pays a wrong answer more than a right one, which earns 1.",
    mend: "Set rewards.wrong below 1.",
  },
];

/** The first contradiction in a config; undefined where there is none. */
export function contradiction(config: Config): Pick<Contradiction, "message" | "mend"> | undefined {
  return CONTRADICTIONS.find(({ holds }) => holds(config));
}
