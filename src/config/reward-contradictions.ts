import { modelTypes, paysLearnability } from "./compared.ts";
import type { Contradiction } from "./contradiction.ts";
import type { Config } from "./schema.ts";

const TERMS = ["novelty", "complexity", "halstead", "edit_distance", "answer_diversity"] as const;
/** Terms that look at a program. */
const PROGRAM_TERMS = TERMS.filter((term) => term !== "answer_diversity");

const termsOn = ({ rewards }: Config) => TERMS.filter((term) => rewards[term].coefficient > 0);

/** Settings of `rewards` that pay proposals alone. */
function proposalRewards(config: Config): string[] {
  const { repeat, novelty } = config.rewards;
  return [
    ...termsOn(config).map((term) => `rewards.${term}.coefficient`),
    ...(repeat === undefined ? [] : ["rewards.repeat"]),
    ...(novelty.multiply ? ["rewards.novelty.multiply"] : []),
    ...(novelty.penalty > 0 ? ["rewards.novelty.penalty"] : []),
  ];
}

/** Of settings of `rewards`. */
export const REWARD_CONTRADICTIONS: readonly Contradiction[] = [
  // What is paid.
  {
    holds: ({ rewards }) => rewards.wrong >= 1,
    message: "rewards.wrong pays a wrong answer no less than a right one, which earns 1.",
    mend: "Set rewards.wrong below 1.",
  },
  {
    holds: ({ rewards: { table } }) => table.types.length > 0 && table.wrong >= table.right,
    message: "rewards.table.wrong pays a wrong answer no less than rewards.table.right a right one.",
    mend: "Set rewards.table.wrong below rewards.table.right.",
  },
  {
    holds: ({ rewards, selfplay }) =>
      rewards.malformed > rewards.wrong && selfplay.tasks.some((type) => !rewards.table.types.includes(type)),
    message: ({ rewards }) =>
      `rewards.malformed ${rewards.malformed} pays a broken format more than rewards.wrong ${rewards.wrong} a wrong answer.`,
    mend: "Set rewards.malformed no higher than rewards.wrong.",
  },
  {
    holds: ({ rewards: { table } }) => table.types.length > 0 && table.unreadable >= table.right,
    message:
      "rewards.table.unreadable pays a proposal that is not valid no less than rewards.table.right a valid one.",
    mend: "Set rewards.table.unreadable below rewards.table.right.",
  },
  {
    holds: ({ rewards: { table } }) =>
      table.types.length > 0 && table.malformed > Math.min(table.wrong, table.unreadable),
    message: ({ rewards: { table } }) =>
      `rewards.table.malformed ${table.malformed} pays a broken format more than ${table.wrong < table.unreadable ? `rewards.table.wrong ${table.wrong} a wrong answer` : `rewards.table.unreadable ${table.unreadable} what keeps to it`}.`,
    mend: "Set rewards.table.malformed no higher than rewards.table.wrong and rewards.table.unreadable.",
  },
  {
    holds: ({ rewards: { table }, selfplay }) => table.types.some((type) => !selfplay.tasks.includes(type)),
    message: ({ rewards: { table }, selfplay }) =>
      `rewards.table.types names ${table.types.filter((type) => !selfplay.tasks.includes(type)).join(", ")}, which is not among selfplay.tasks.`,
    mend: "Take it out, or add it to selfplay.tasks.",
  },
  {
    holds: (config) => proposalRewards(config).length > 0 && !paysLearnability(config),
    message: (config) =>
      `${proposalRewards(config).join(", ")}: paid to the model's proposals by their learnability, of which there are none (selfplay.proposer, rewards.table.types).`,
    mend: "Leave it at its default, or have the model propose tasks that the table does not pay.",
  },
  {
    holds: ({ rewards, selfplay }) =>
      rewards.repeat !== undefined &&
      selfplay.buffer.deduplicate === "none" &&
      modelTypes(selfplay).length > 0,
    message:
      "rewards.repeat pays proposals that repeat a task, and under selfplay.buffer.deduplicate none no task repeats another.",
    mend: "Leave out rewards.repeat, or set selfplay.buffer.deduplicate to ast or text.",
  },
  {
    holds: (config) => termsOn(config).some((term) => config.rewards[term].most === 0),
    message: (config) =>
      termsOn(config)
        .filter((term) => config.rewards[term].most === 0)
        .map((term) => `rewards.${term} has a coefficient and pays at most 0.`)
        .join(" "),
    mend: "Raise its `most`, or set its coefficient to 0.",
  },
  {
    holds: ({ rewards, selfplay }) =>
      PROGRAM_TERMS.some((term) => rewards[term].coefficient > 0) &&
      modelTypes(selfplay).every((type) => type === "mathematics"),
    message:
      "rewards: novelty, complexity, halstead and edit_distance look at programs, and mathematics has none.",
    mend: "Set their coefficients to 0, or have the model propose a type with programs.",
  },
  {
    holds: ({ rewards, selfplay }) => rewards.edit_distance.coefficient > 0 && selfplay.references === 0,
    message: "rewards.edit_distance measures the distance from references, and selfplay.references is 0.",
    mend: "Raise selfplay.references, or set rewards.edit_distance.coefficient to 0.",
  },
  {
    holds: (config) => config.rewards.combine !== "sum" && termsOn(config).length === 0,
    message: ({ rewards }) =>
      `rewards.combine ${rewards.combine} combines the terms of rewards, and none has a coefficient.`,
    mend: "Give a term a coefficient, or leave rewards.combine at sum.",
  },
];
