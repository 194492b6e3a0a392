import { templateCount } from "../config/template-share.ts";
import { ConfigError } from "../errors/index.ts";
import { TASK_TYPES, type TaskType } from "../interfaces/role.ts";
import { stream } from "../random/stream.ts";
import { IDENTITY } from "./identity.ts";
import type { PlayContext } from "./play-context.ts";
import { identityTasks } from "./seed-record.ts";
import { solverTokens } from "./solver-tokens.ts";
import { TASK_KINDS } from "./tasks/registry.ts";
import type { ProposalContext } from "./tasks/task-kind.ts";

/** What a prompt is made from, without a model or a sandbox. */
export type PromptParts = Pick<PlayContext, "config" | "style" | "tokenizer">;

/** The proposer's shortest prompt of a type: no references, or the identity where one is needed. */
export function shortestPrompt(
  { config, style }: PromptParts,
  type: TaskType,
  difficulty: number | null,
): ProposalContext {
  const { seed, selfplay } = config;
  const kind = TASK_KINDS[type];
  const shown = kind.referenceTypes.find((each) => selfplay.tasks.includes(each)) ?? type;
  const seeds = identityTasks([...new Set([...selfplay.tasks, shown])]);
  return {
    style,
    references: seeds.filter((task) => task.type === shown).slice(0, kind.referencesNeeded),
    given: [],
    difficulty,
    inductionInputs: selfplay.induction_inputs,
    forbiddenModules: selfplay.forbidden_modules,
    random: stream(seed, "shortest", type),
  };
}

/**
 * Raises ConfigError where the shortest prompt of a type, the proposer's or the solver's, is longer than
 * `selfplay.max_prompt_tokens`, or where the style has no text for one: no step could ask for it. To be called before
 * settings are stored.
 */
export function checkPromptLimit(play: PromptParts): void {
  const { selfplay } = play.config;
  const difficulty = selfplay.curriculum.type === "fixed" ? null : 0.5;
  const needed = TASK_TYPES.filter((each) => selfplay.tasks.includes(each)).flatMap((type) => {
    const solver = selfplay.strategies.map((strategy) => ({
      name: `${type} prompt of the solver (${strategy})`,
      tokens: solverTokens(play, type, IDENTITY[type], strategy),
    }));
    if (templateCount(selfplay.proposer, type, selfplay.proposals) === selfplay.proposals) return solver;
    if (selfplay.composites.probability > 0 && TASK_KINDS[type].composes)
      TASK_KINDS[type].proposePrompt({ ...shortestPrompt(play, type, difficulty), given: [GIVEN] });
    return [proposerPrompt(play, type, difficulty), ...solver];
  });
  check(play, needed);
}

/** Stands for what a composite is given: whether a style has words for one shows by any. */
const GIVEN = { id: 0, name: "g_1", source: "def g_1(a):\n    return a" };

/** The same of the proposer's prompt of one type alone. */
export function checkProposerPrompt(play: PromptParts, type: TaskType, difficulty: number | null): void {
  check(play, [proposerPrompt(play, type, difficulty)]);
}

/** A prompt that a step cannot do without. */
interface NeededPrompt {
  name: string;
  tokens: number;
}

function proposerPrompt(play: PromptParts, type: TaskType, difficulty: number | null): NeededPrompt {
  const { text } = TASK_KINDS[type].proposePrompt(shortestPrompt(play, type, difficulty));
  return {
    name: `${type} prompt of the proposer`,
    tokens: play.tokenizer.encode(text, { prompt: true }).length,
  };
}

/** Tells the longest of them, so that one change is enough. */
function check({ config }: PromptParts, needed: readonly NeededPrompt[]): void {
  const { max_prompt_tokens: most, prompt } = config.selfplay;
  const { name, tokens } = needed.reduce((a, b) => (b.tokens > a.tokens ? b : a));
  if (tokens <= most) return;
  const compact = prompt === "full" || prompt === "auto" ? ", or set selfplay.prompt to compact" : "";
  throw new ConfigError(
    `selfplay.max_prompt_tokens is ${most}, but the shortest ${name} has ${tokens} tokens.`,
    {
      mend: `Raise selfplay.max_prompt_tokens to ${tokens} or more${compact}.`,
    },
  );
}
