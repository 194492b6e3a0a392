import { ROLES, TASK_TYPES } from "../interfaces/role.ts";

/** One figure, or a family of figures that differ in the parts between angle brackets. */
export interface MetricEntry {
  /**
   * Path of the figure. `<role>` stands for a role, `<type>` for a task type, `<phase>` for a part of a step; every
   * other part in brackets for a text, slashes included.
   */
  name: string;
  unit: MetricUnit;
  meaning: string;
  /** When a step of self-play has it; absent where every one has, for each role and type of the run. */
  when?: string;
}

export type MetricUnit =
  | ""
  | "share"
  | "count"
  | "tokens"
  | "tokens/s"
  | "seconds"
  | "bytes"
  | "nats"
  | "reward";

/** Edges of the learnability histogram's bins: solve rates 0 and 1 teach nothing, so each is a bin of its own. */
export const SOLVE_RATE_BINS = ["0", "0-0.25", "0.25-0.5", "0.5-0.75", "0.75-1", "1"] as const;
export type SolveRateBin = (typeof SOLVE_RATE_BINS)[number];

/** Bin of a solve rate in [0, 1]; a rate on an edge belongs to the lower bin. */
export function solveRateBin(rate: number): SolveRateBin {
  if (rate <= 0) return "0";
  if (rate >= 1) return "1";
  return SOLVE_RATE_BINS[Math.ceil(rate * 4)] as SolveRateBin;
}

const SUPERVISED = "given texts are learnt";
const KL = "training.algorithm.kl has a coefficient, or training.measure_kl is set";
const LEARNT = "there was something to learn";
const CONFIRMED = "execution confirmed a proposal of the type";

/** Every figure that a step leaves in the `metrics` table. The reference page and the tests derive from it. */
export const METRICS: readonly MetricEntry[] = [
  entry("<role>/<type>/rollouts", "count", "rollouts, estimates included", "the role had any"),
  entry(
    "<role>/<type>/reward",
    "reward",
    "mean reward of the rollouts that were trained on; of all where none was",
    "the role had any",
  ),
  entry(
    "<role>/<type>/component/<component>",
    "reward",
    "mean of one part of the reward over the same rollouts; the parts add up to the reward",
    "the role had any",
  ),
  entry("<role>/<type>/verdict/<verdict>", "count", "rollouts with this verdict", "there is one"),
  entry("<role>/<type>/flagged", "share", "rollouts that raised a safety flag", "the role had any"),
  entry("<role>/<type>/prompt_tokens", "tokens", "mean length of the prompts", "the role had any"),
  entry("<role>/<type>/prompt_tokens_max", "tokens", "the longest prompt", "the role had any"),
  entry("<role>/<type>/response_tokens", "tokens", "mean length of the responses", "the role had any"),
  entry("<role>/<type>/response_tokens_max", "tokens", "the longest response", "the role had any"),
  entry("<role>/<type>/cut", "share", "responses that ended at max_tokens", "the role had any"),
  entry("propose/<type>/validity", "share", "proposals that became, or stand for, a task", "there were any"),
  entry(
    "propose/<type>/learnability",
    "reward",
    "mean learnability reward of valid proposals",
    "any was valid, of a type that rewards.table does not pay",
  ),
  entry("propose/<type>/admitted", "count", "tasks admitted to the buffer"),
  entry(
    "propose/<type>/unique",
    "share",
    "different programs (induction: programs with inputs) among the proposals that execution confirmed",
    CONFIRMED,
  ),
  entry(
    "propose/<type>/unique_recent",
    "share",
    "the same over the last signals.unique_steps steps",
    "execution confirmed a proposal of the type in those steps",
  ),
  entry("propose/<type>/redraws", "count", "prompts that did not fit and were drawn again"),
  entry(
    "propose/<type>/left_out",
    "count",
    "proposals that were not asked for, since no prompt fits selfplay.max_prompt_tokens",
    "there were any",
  ),
  entry("propose/<type>/composites", "count", "proposals that had to call given functions", "there were any"),
  entry("propose/<type>/templates", "count", "tasks that the template proposer wrote", "it wrote any"),
  entry(
    "propose/<type>/template_validity",
    "share",
    "of them those that execution confirmed",
    "it wrote any",
  ),
  entry(
    "propose/<type>/new_tasks/<bin>",
    "count",
    `new tasks by solve rate: ${SOLVE_RATE_BINS.join(", ")} (a rate on an edge counts below it)`,
  ),
  entry(
    "solve/<type>/solve_rate",
    "share",
    "right answers, estimates included; of several attempts the last counts",
    "there were any",
  ),
  entry("solve/<type>/new_solve_rate", "share", "mean solve rate of the step's new tasks", "there were any"),
  entry(
    "solve/<type>/strategy/<strategy>/rate",
    "share",
    "right answers under a strategy; later ones get what the earlier left",
    "selfplay.strategies has others than direct",
  ),
  entry(
    "solve/<type>/strategy/<strategy>/attempts",
    "count",
    "answers under it",
    "selfplay.strategies has others than direct",
  ),
  entry(
    "solve/<type>/own_checks",
    "share",
    "of the checks that test-driven answers came with, those that hold for the answer",
    "there were any",
  ),
  entry("buffer/<type>/tasks", "count", "tasks in the buffer"),
  entry(
    "curriculum/difficulty",
    "share",
    "difficulty of the tasks, mean over the types",
    "templates write tasks, or selfplay.curriculum is adaptive",
  ),
  entry(
    "curriculum/<type>/difficulty",
    "share",
    "difficulty that tasks and references are drawn at",
    "selfplay.curriculum is adaptive",
  ),
  entry(
    "curriculum/<type>/solve_rate",
    "share",
    "right answers that the difficulty goes by: to template tasks and buffer tasks where templates write, else to all",
    "selfplay.curriculum is adaptive, and there were any",
  ),
  entry("experience/solutions", "count", "verified solutions kept", "selfplay.experience has a coefficient"),
  entry(
    "flags/<flag>",
    "count",
    "rollouts with this safety flag: import:<module>, file-read, file-write, socket, process, ..., suspicious:<phrase>",
    "there is one",
  ),
  entry("sandbox/programs", "count", "programs that the sandbox ran"),
  entry("sandbox/verdict/<verdict>", "count", "programs with this verdict of the sandbox", "there is one"),
  entry(
    "sandbox/seconds",
    "seconds",
    "time from handing a program over to its verdict, summed over programs",
  ),
  entry("generation/tokens", "tokens", "sampled tokens"),
  entry("generation/seconds", "seconds", "time in which samples were drawn"),
  entry("generation/tokens_per_second", "tokens/s", "sampled tokens in that time"),
  entry("update/trajectories", "count", "rollouts given to the update"),
  entry("update/trajectories_dropped", "count", "of them those without an advantage"),
  entry("update/dropped_groups", "count", "groups whose rewards are all equal, so that nothing is learnt"),
  entry("update/groups", "count", "groups that advantages are taken within"),
  entry("update/tokens", "tokens", "prompt and response tokens that were learnt from"),
  entry("update/response_tokens", "tokens", "response tokens that the loss covers"),
  entry(
    "update/computed_tokens",
    "tokens",
    "tokens that went through the model: a shared prompt counts once",
  ),
  entry("update/microbatches", "count", "forward and backward passes of an epoch"),
  entry("update/tokens_per_second", "tokens/s", "prompt and response tokens in the time of the update"),
  entry(
    "update/advantage_min/<role>/<type>",
    "",
    "the lowest advantage of the role and type",
    "its group was not dropped",
  ),
  entry(
    "update/advantage_max/<role>/<type>",
    "",
    "the highest advantage of the role and type",
    "its group was not dropped",
  ),
  entry(
    "update/reward_deviation/<role>/<type>",
    "reward",
    "standard deviation of its rewards",
    "the algorithm groups by role and type (trr++)",
  ),
  entry("update/loss", "", "the loss, its regularisers included", LEARNT),
  entry("update/policy_loss", "", "the policy's part of the loss", LEARNT),
  entry(
    "update/experience_loss",
    "nats",
    "mean negative log-likelihood of the verified solutions; the loss holds it times its coefficient",
    "selfplay.experience has a coefficient, and there were any",
  ),
  entry("update/experience_examples", "count", "verified solutions learnt from", "there were any"),
  entry("update/entropy", "nats", "mean entropy of the policy at response tokens", LEARNT),
  entry(
    "update/approx_kl",
    "nats",
    "divergence of the policy from the one before the update, k3 estimate; 0 where a batch is used once",
    "the algorithm clips (trr++, grpo, ppo), and there was something to learn",
  ),
  entry(
    "update/kl",
    "nats",
    "divergence from the model as it was loaded, without adapters (an adapter that the run began from among them), k3 estimate",
    KL,
  ),
  entry(
    "update/kl_penalty",
    "reward",
    "mean reward lost to the divergence",
    "training.algorithm.kl is taken as reward",
  ),
  entry(
    "update/ratio_clipped",
    "share",
    "tokens whose probability ratio was clipped",
    "the algorithm clips (trr++, grpo, ppo), and there was something to learn",
  ),
  entry(
    "update/sampler_gap",
    "nats",
    "mean distance between log-probabilities as sampled and as recomputed",
    LEARNT,
  ),
  entry("update/gradient_norm", "", "norm of the gradient before clipping", LEARNT),
  entry("update/learning_rate", "", "learning rate of the last update", LEARNT),
  entry("update/updates", "count", "optimizer steps that were applied"),
  entry("update/skipped_updates", "count", "optimizer steps of the run so far that were not"),
  entry("update/examples", "count", "texts learnt from", SUPERVISED),
  entry("update/covered_tokens", "tokens", "tokens that the loss covers", SUPERVISED),
  entry("validation/<figure>", "", "loss and tokens of the held-out texts", SUPERVISED),
  entry("epoch", "", "times that the texts were gone through", SUPERVISED),
  entry("evaluation/<benchmark>/<score>", "", "scores of the evaluation after the step", "one was made"),
  entry("seconds/step", "seconds", "the whole step, pauses left out"),
  entry(
    "seconds/<phase>",
    "seconds",
    "a part of the step; `validate` and `grade` are what is left of them when generation has ended",
    "the step had that part",
  ),
  entry("overlap/exposed", "share", "time of the step that is neither generation nor update"),
  entry("memory/active", "bytes", "in MLX's arrays at the step's end"),
  entry("memory/peak", "bytes", "the most in MLX's arrays within the step"),
  entry("memory/cache", "bytes", "freed by MLX's arrays and kept for new ones, at the step's end"),
  entry("memory/resident", "bytes", "the engine process in memory"),
];

function entry(name: string, unit: MetricUnit, meaning: string, when?: string): MetricEntry {
  return { name, unit, meaning, ...(when === undefined ? {} : { when }) };
}

const PATTERNS = METRICS.map((entry) => ({ entry, pattern: patternOf(entry.name) }));

/** The entry of a figure, or null for a name that is not documented. */
export function metricEntry(name: string): MetricEntry | null {
  return PATTERNS.find(({ pattern }) => pattern.test(name))?.entry ?? null;
}

/** The documented name with its role, type and phase put in; other parts in brackets stay. */
export function expandMetric(name: string, types: readonly string[]): string[] {
  return expand(expand([name], "<role>", ROLES), "<type>", types);
}

function expand(names: readonly string[], part: string, values: readonly string[]): string[] {
  return names.flatMap((name) =>
    name.includes(part) ? values.map((value) => name.replace(part, value)) : [name],
  );
}

function patternOf(name: string): RegExp {
  const alternatives: Record<string, string> = {
    "<role>": `(?:${ROLES.join("|")})`,
    "<type>": `(?:${TASK_TYPES.join("|")})`,
    "<phase>": "[a-z]+",
    "<bin>": `(?:${SOLVE_RATE_BINS.map(RegExp.escape).join("|")})`,
  };
  const parts = name.split(/(<[a-z]+>)/).map((part) => {
    if (!part.startsWith("<")) return RegExp.escape(part);
    return alternatives[part] ?? ".+";
  });
  return new RegExp(`^${parts.join("")}$`);
}
