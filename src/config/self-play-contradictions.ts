import {
  comparedAnswers,
  comparedProposals,
  comparesPrompts,
  modelTypes,
  paysLearnability,
} from "./compared.ts";
import type { Contradiction } from "./contradiction.ts";
import type { Config } from "./schema.ts";
import { DEFAULT_DIFFICULTY } from "./sections/proposer.ts";
import { TEMPLATE_TYPES } from "./task-type.ts";
import { templateCount } from "./template-share.ts";

/** Types of which the proposer writes a program. */
const COMPOSED: readonly string[] = ["deduction", "abduction", "error-deduction"];

const unwritten = ({ selfplay }: Config) => selfplay.tasks.filter((type) => !TEMPLATE_TYPES.includes(type));
const duplicated = (items: readonly string[]) => new Set(items).size !== items.length;

/** Whether the table pays every type, and the buffer takes tasks whatever their solve rate. */
function tableAlone({ selfplay, rewards }: Config): boolean {
  return (
    selfplay.tasks.every((type) => rewards.table.types.includes(type)) &&
    selfplay.buffer.admit !== "learnable"
  );
}

/** Whether proposing is to learn from solve rates, by a learnability that is the same for those of 0 and 1. */
function learnsLearnability(config: Config): boolean {
  const { selfplay, rewards } = config;
  const learnt = selfplay.train_roles.includes("propose") && paysLearnability(config);
  return learnt && rewards.learnability !== "inverse" && rewards.learnability !== "constant";
}

/** Whether a difficulty is told to the model, or decides on something that it is shown or solves. */
function usesDifficulty({ selfplay }: Config): boolean {
  const { proposer, prompt, references, tasks, train_roles } = selfplay;
  return (
    proposer.type !== "model" ||
    // What auto takes is known when the model is loaded.
    prompt === "full" ||
    prompt === "auto" ||
    references > 0 ||
    // An induction proposer is shown a program whatever the setting says.
    tasks.includes("induction") ||
    train_roles.includes("solve")
  );
}

/** Of settings of `selfplay`. */
export const SELF_PLAY_CONTRADICTIONS: readonly Contradiction[] = [
  {
    holds: ({ selfplay }) => duplicated(selfplay.tasks),
    message: ({ selfplay }) => `selfplay.tasks names a task type twice: ${selfplay.tasks.join(", ")}.`,
    mend: "Name each type once.",
  },

  // Who proposes.
  {
    holds: (config) => config.selfplay.proposer.type === "template" && unwritten(config).length > 0,
    message: (config) =>
      `templates write ${TEMPLATE_TYPES.join(", ")} tasks, not ${unwritten(config).join(", ")}`,
    mend: "Take it out of selfplay.tasks, or set selfplay.proposer.type to mixed: the model then writes it.",
  },
  {
    holds: ({ selfplay: { proposer, proposals, tasks } }) => {
      if (proposer.type !== "mixed") return false;
      const written = tasks.map((type) => templateCount(proposer, type, proposals));
      return written.every((count) => count === 0) || written.every((count) => count === proposals);
    },
    message: ({ selfplay: { proposer, proposals, tasks } }) => {
      if (!tasks.some((type) => TEMPLATE_TYPES.includes(type)))
        return `selfplay.proposer.type mixed: templates write no ${tasks.join(", ")} tasks.`;
      const share = proposer.type === "mixed" ? proposer.share : 0;
      const all = Math.round(share * proposals) > 0;
      return `selfplay.proposer.type mixed: a share of ${share} of ${proposals} proposals leaves ${all ? "the model" : "the templates"} none.`;
    },
    mend: "Change selfplay.proposer.share, raise selfplay.proposals, or name the one proposer: model or template.",
  },
  {
    holds: ({ selfplay }) =>
      selfplay.samples_per_prompt > 1 &&
      selfplay.propose.temperature === 0 &&
      modelTypes(selfplay).length > 0,
    message:
      "selfplay.propose.temperature 0 is greedy, so that the samples_per_prompt proposals of a prompt are all the same.",
    mend: "Raise selfplay.propose.temperature, or set selfplay.samples_per_prompt to 1.",
  },
  {
    holds: ({ selfplay }) =>
      selfplay.composites.probability > 0 && !modelTypes(selfplay).some((type) => COMPOSED.includes(type)),
    message: ({ selfplay: { tasks } }) =>
      tasks.some((type) => COMPOSED.includes(type))
        ? `selfplay.composites is of the model's proposals, and templates write every ${COMPOSED.filter((type) => tasks.some((own) => own === type)).join(", ")} task.`
        : `selfplay.composites needs a type whose proposer writes a program (${COMPOSED.join(", ")}), not ${tasks.join(", ")} alone.`,
    mend: "Set selfplay.composites.probability to 0, or change selfplay.tasks or selfplay.proposer.",
  },
  {
    holds: ({ selfplay }) =>
      selfplay.check_messages !== "none" && !modelTypes(selfplay).includes("induction"),
    message: "selfplay.check_messages is of the model's induction tasks, and there are none.",
    mend: "Set selfplay.check_messages to none, or have the model propose induction tasks.",
  },

  // What is learnt.
  {
    holds: ({ selfplay }) => selfplay.train_roles.join() === "propose" && modelTypes(selfplay).length === 0,
    message: "selfplay.train_roles [propose] trains the model's proposals, and templates write every task.",
    mend: "Add solve to selfplay.train_roles, or set selfplay.proposer.type to model or mixed.",
  },
  {
    holds: (config) =>
      config.selfplay.train_roles.includes("propose") &&
      modelTypes(config.selfplay).length > 0 &&
      comparedProposals(config) < 2,
    message: ({ training }) =>
      `training.algorithm.type ${training.algorithm.type} compares proposals of one ${comparesPrompts(training) ? "prompt" : "type"} with each other, and there is one: proposing would not be learnt.`,
    mend: ({ training, selfplay: { proposer } }) =>
      comparesPrompts(training)
        ? "Set selfplay.samples_per_prompt above 1 with propose.temperature above 0, training.algorithm.baseline to batch, or selfplay.train_roles to [solve]."
        : `Raise selfplay.proposals, ${proposer.type === "mixed" ? "lower selfplay.proposer.share, " : ""}or set selfplay.train_roles to [solve].`,
  },
  {
    // Experience is learnt from whatever is compared.
    holds: (config) =>
      config.selfplay.train_roles.includes("solve") &&
      config.selfplay.experience.coefficient === 0 &&
      comparedAnswers(config) < 2,
    message: ({ training }) =>
      `training.algorithm.type ${training.algorithm.type} compares answers to one ${comparesPrompts(training) ? "prompt" : "type's tasks"} with each other, and there is one: solving would not be learnt.`,
    mend: ({ training }) =>
      comparesPrompts(training)
        ? "Set selfplay.reuse_estimates to true with estimation_samples above 1 and solve.temperature above 0, training.algorithm.baseline to batch, or selfplay.train_roles to [propose]."
        : "Raise selfplay.tasks_per_step, set selfplay.reuse_estimates to true, or selfplay.train_roles to [propose].",
  },

  {
    // What the table pays asks for no solve rate.
    holds: (config) =>
      config.selfplay.estimation_samples > 1 &&
      config.selfplay.solve.temperature === 0 &&
      !tableAlone(config),
    message:
      "selfplay.solve.temperature 0 is greedy, so that the estimation_samples answers to a task are all the same, and no task is solved sometimes.",
    mend: (config) =>
      `Raise selfplay.solve.temperature, or set selfplay.estimation_samples to 1${learnsLearnability(config) ? " and rewards.learnability to inverse" : ""}.`,
  },
  {
    holds: (config) => config.selfplay.estimation_samples === 1 && learnsLearnability(config),
    message: ({ rewards: { learnability } }) =>
      `selfplay.estimation_samples 1 gives solve rates of 0 and 1 alone, and rewards.learnability ${learnability} pays both alike: proposing would not learn from what is solved.`,
    mend: "Raise selfplay.estimation_samples, or set rewards.learnability to inverse or selfplay.train_roles to [solve].",
  },
  {
    holds: ({ selfplay }) => selfplay.estimation_samples === 1 && selfplay.buffer.admit === "learnable",
    message:
      "selfplay.buffer.admit learnable takes tasks with a solve rate between 0 and 1, and selfplay.estimation_samples 1 gives none: no new task would enter the buffer.",
    mend: "Raise selfplay.estimation_samples, or set selfplay.buffer.admit to valid or not-trivial.",
  },
  {
    holds: ({ selfplay }) => selfplay.train_roles.join() === "propose" && selfplay.experience.coefficient > 0,
    message:
      "selfplay.experience.coefficient trains the solver on verified solutions, and selfplay.train_roles [propose] does not train it.",
    mend: "Set selfplay.experience.coefficient to 0, or add solve to selfplay.train_roles.",
  },

  // What is kept and drawn.
  {
    holds: ({ selfplay }) =>
      selfplay.duplicates === "reject" &&
      selfplay.buffer.deduplicate === "none" &&
      modelTypes(selfplay).length > 0,
    message:
      "selfplay.duplicates reject turns repeats down, and under selfplay.buffer.deduplicate none no task repeats another.",
    mend: "Set selfplay.buffer.deduplicate to ast or text, or selfplay.duplicates to estimate.",
  },
  {
    holds: ({ selfplay }) => selfplay.seed_tasks > selfplay.buffer.capacity,
    message: ({ selfplay }) =>
      `selfplay.seed_tasks ${selfplay.seed_tasks} is above selfplay.buffer.capacity ${selfplay.buffer.capacity}: seeds would be given up before the first step.`,
    mend: "Lower selfplay.seed_tasks, or raise selfplay.buffer.capacity.",
  },
  {
    holds: ({ selfplay }) => selfplay.curriculum.type === "adaptive" && selfplay.buffer.draw !== "new-first",
    message: "selfplay.buffer.draw is not asked under selfplay.curriculum.type adaptive, which draws itself.",
    mend: "Leave selfplay.buffer.draw at new-first, or set selfplay.curriculum.type to fixed.",
  },

  {
    holds: ({ selfplay: { curriculum, proposer } }) =>
      curriculum.type === "adaptive" &&
      proposer.type !== "model" &&
      proposer.difficulty !== DEFAULT_DIFFICULTY,
    message:
      "selfplay.proposer.difficulty is not asked under selfplay.curriculum.type adaptive, which moves it.",
    mend: "Set selfplay.curriculum.start instead, or selfplay.curriculum.type to fixed.",
  },
  {
    holds: (config) => config.selfplay.curriculum.type === "adaptive" && !usesDifficulty(config),
    message:
      "selfplay.curriculum.type adaptive moves a difficulty that nothing is asked by: the compact prompt does not name it, no references are shown, and solving is not trained.",
    mend: "Raise selfplay.references, set selfplay.prompt to full, or selfplay.curriculum.type to fixed.",
  },
];
