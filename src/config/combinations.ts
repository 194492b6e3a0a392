import { BENCHMARK_NAMES } from "./benchmark-name.ts";
import { comparedAnswers, comparedProposals, comparesPrompts, modelProposals } from "./compared.ts";
import type { Config } from "./schema.ts";
import { DEFAULT_DIFFICULTY } from "./sections/proposer.ts";
import { TEMPLATE_TYPES } from "./task-type.ts";

interface Contradiction {
  holds(config: Config): boolean;
  /** What is wrong and why. */
  message: Text;
  mend: Text;
}

type Text = string | ((config: Config) => string);

const TERMS = ["novelty", "complexity", "halstead", "edit_distance", "answer_diversity"] as const;
/** Terms that look at a program. */
const PROGRAM_TERMS = TERMS.filter((term) => term !== "answer_diversity");
/** Types of which the proposer writes a program. */
const COMPOSED: readonly string[] = ["deduction", "abduction", "error-deduction"];

const termsOn = ({ rewards }: Config) => TERMS.filter((term) => rewards[term].coefficient > 0);
const unwritten = ({ selfplay }: Config) => selfplay.tasks.filter((type) => !TEMPLATE_TYPES.includes(type));
const duplicated = (items: readonly string[]) => new Set(items).size !== items.length;

/** Whether a proposal of the model can be paid by its learnability, to which terms and repeats add. */
function paysProposals({ selfplay, rewards }: Config): boolean {
  return modelProposals(selfplay) > 0 && selfplay.tasks.some((type) => !rewards.table.types.includes(type));
}

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

/** Settings that cannot go together, or would do or teach nothing beside each other. */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    holds: ({ selfplay }) => duplicated(selfplay.tasks),
    message: ({ selfplay }) => `selfplay.tasks names a task type twice: ${selfplay.tasks.join(", ")}.`,
    mend: "Name each type once.",
  },
  {
    holds: ({ model, adapter }) => model.quantize !== "none" && adapter.type === "full",
    message: ({ model }) =>
      `model.quantize ${model.quantize} packs the weights, and adapter.type full trains them.`,
    mend: "Use adapter.type lora, or set model.quantize to none.",
  },
  {
    holds: ({ training: { algorithm }, adapter }) =>
      algorithm.type !== "sft" && algorithm.kl.coefficient > 0 && adapter.type === "full",
    message: "training.algorithm.kl needs the model as it was, and adapter.type full changes it.",
    mend: "Use adapter.type lora, or set training.algorithm.kl.coefficient to 0.",
  },
  {
    holds: ({ training, adapter }) => training.measure_kl > 0 && adapter.type === "full",
    message: "training.measure_kl needs the model as it was, and adapter.type full changes it.",
    mend: "Use adapter.type lora, or set training.measure_kl to 0.",
  },
  {
    holds: ({ training: { optimizer } }) => optimizer.min_learning_rate > optimizer.learning_rate,
    message: ({ training: { optimizer } }) =>
      `training.optimizer.min_learning_rate ${optimizer.min_learning_rate} is above learning_rate ${optimizer.learning_rate}.`,
    mend: "Lower it: the rate falls from learning_rate to min_learning_rate.",
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
      const count = Math.round(proposer.share * proposals);
      return count === 0 || count === proposals || !tasks.some((type) => TEMPLATE_TYPES.includes(type));
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
    holds: ({ selfplay }) => selfplay.samples_per_prompt > 1 && selfplay.propose.temperature === 0,
    message:
      "selfplay.propose.temperature 0 is greedy, so that the samples_per_prompt proposals of a prompt are all the same.",
    mend: "Raise selfplay.propose.temperature, or set selfplay.samples_per_prompt to 1.",
  },
  {
    holds: ({ selfplay }) =>
      selfplay.composites.probability > 0 &&
      (modelProposals(selfplay) === 0 || !selfplay.tasks.some((type) => COMPOSED.includes(type))),
    message: ({ selfplay: { tasks } }) =>
      tasks.some((type) => COMPOSED.includes(type))
        ? "selfplay.composites is of the model's proposals, and templates write every task."
        : `selfplay.composites needs a type whose proposer writes a program (${COMPOSED.join(", ")}), not ${tasks.join(", ")} alone.`,
    mend: "Set selfplay.composites.probability to 0, or change selfplay.tasks or selfplay.proposer.",
  },
  {
    holds: ({ selfplay: { composites }, steps }) =>
      composites.probability > 0 && composites.from_step > steps,
    message: ({ selfplay: { composites }, steps }) =>
      `selfplay.composites.from_step ${composites.from_step} is after the last of ${steps} steps.`,
    mend: "Lower selfplay.composites.from_step, or raise steps.",
  },
  {
    holds: ({ selfplay }) =>
      selfplay.check_messages !== "none" &&
      (modelProposals(selfplay) === 0 || !selfplay.tasks.includes("induction")),
    message: "selfplay.check_messages is of the model's induction tasks, and there are none.",
    mend: "Set selfplay.check_messages to none, or have the model propose induction tasks.",
  },

  // What is learnt.
  {
    holds: ({ selfplay }) => selfplay.train_roles.join() === "propose" && modelProposals(selfplay) === 0,
    message: "selfplay.train_roles [propose] trains the model's proposals, and templates write every task.",
    mend: "Add solve to selfplay.train_roles, or set selfplay.proposer.type to model or mixed.",
  },
  {
    holds: (config) =>
      config.selfplay.train_roles.includes("propose") &&
      modelProposals(config.selfplay) > 0 &&
      comparedProposals(config) < 2,
    message: ({ training }) =>
      `training.algorithm.type ${training.algorithm.type} compares proposals of one ${comparesPrompts(training) ? "prompt" : "type"} with each other, and there is one: proposing would not be learnt.`,
    mend: ({ training }) =>
      comparesPrompts(training)
        ? "Set selfplay.samples_per_prompt above 1 with propose.temperature above 0, training.algorithm.baseline to batch, or selfplay.train_roles to [solve]."
        : "Raise selfplay.proposals, lower selfplay.proposer.share, or set selfplay.train_roles to [solve].",
  },
  {
    holds: (config) => config.selfplay.train_roles.includes("solve") && comparedAnswers(config) < 2,
    message: ({ training }) =>
      `training.algorithm.type ${training.algorithm.type} compares answers to one ${comparesPrompts(training) ? "prompt" : "type's tasks"} with each other, and there is one: solving would not be learnt.`,
    mend: ({ training }) =>
      comparesPrompts(training)
        ? "Set selfplay.reuse_estimates to true with estimation_samples above 1 and solve.temperature above 0, training.algorithm.baseline to batch, or selfplay.train_roles to [propose]."
        : "Raise selfplay.tasks_per_step, set selfplay.reuse_estimates to true, or selfplay.train_roles to [propose].",
  },

  {
    holds: ({ selfplay }) => selfplay.estimation_samples > 1 && selfplay.solve.temperature === 0,
    message:
      "selfplay.solve.temperature 0 is greedy, so that the estimation_samples answers to a task are all the same, and no task is solved sometimes.",
    mend: "Raise selfplay.solve.temperature, or set selfplay.estimation_samples to 1.",
  },

  // What is kept and drawn.
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
    holds: ({ rewards: { table }, selfplay }) => table.types.some((type) => !selfplay.tasks.includes(type)),
    message: ({ rewards: { table }, selfplay }) =>
      `rewards.table.types names ${table.types.filter((type) => !selfplay.tasks.includes(type)).join(", ")}, which is not among selfplay.tasks.`,
    mend: "Take it out, or add it to selfplay.tasks.",
  },
  {
    holds: (config) => proposalRewards(config).length > 0 && !paysProposals(config),
    message: (config) =>
      `${proposalRewards(config).join(", ")}: paid to the model's proposals by their learnability, of which there are none (selfplay.proposer, rewards.table.types).`,
    mend: "Leave it at its default, or have the model propose tasks that the table does not pay.",
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
      selfplay.tasks.every((type) => type === "mathematics"),
    message:
      "rewards: novelty, complexity, halstead and edit_distance look at programs, and mathematics has none.",
    mend: "Set their coefficients to 0, or add a type with programs to selfplay.tasks.",
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

  // What is measured.
  {
    holds: ({ evaluation }) => evaluation.samples > 1 && evaluation.temperature === 0,
    message: "evaluation.temperature 0 is greedy, so that the samples of a problem are all the same.",
    mend: "Raise evaluation.temperature, leave it out for 0.8, or set evaluation.samples to 1.",
  },
  {
    holds: ({ evaluation: { data, benchmarks } }) =>
      BENCHMARK_NAMES.some((name) => data[name] !== "" && !benchmarks.includes(name)),
    message: "evaluation.data names the file of a benchmark that evaluation.benchmarks does not hold.",
    mend: "Add the benchmark to evaluation.benchmarks, or leave out its file.",
  },
];

/** Every contradiction in a config, with what to do about it. */
export function contradictions(config: Config): { message: string; mend: string }[] {
  const words = (text: Text) => (typeof text === "string" ? text : text(config));
  return CONTRADICTIONS.filter(({ holds }) => holds(config)).map(({ message, mend }) => ({
    message: words(message),
    mend: words(mend),
  }));
}
