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
  for (const type of TASK_TYPES.filter((each) => selfplay.tasks.includes(each))) {
    const { proposer, proposals } = selfplay;
    if (templateCount(proposer, type, proposals) < proposals) {
      checkProposerPrompt(play, type, difficulty);
      if (selfplay.composites.probability > 0 && TASK_KINDS[type].composes)
        TASK_KINDS[type].proposePrompt({ ...shortestPrompt(play, type, difficulty), given: [GIVEN] });
    }
    for (const strategy of selfplay.strategies) {
      check(
        play,
        `${type} prompt of the solver (${strategy})`,
        solverTokens(play, type, IDENTITY[type], strategy),
      );
    }
  }
}

/** Stands for what a composite is given: whether a style has words for one shows by any. */
const GIVEN = { id: 0, name: "g_1", source: "def g_1(a):\n    return a" };

/** The same of the proposer's prompt of one type alone. */
export function checkProposerPrompt(play: PromptParts, type: TaskType, difficulty: number | null): void {
  const { text } = TASK_KINDS[type].proposePrompt(shortestPrompt(play, type, difficulty));
  check(play, `${type} prompt of the proposer`, play.tokenizer.encode(text, { prompt: true }).length);
}

function check({ config }: PromptParts, name: string, tokens: number): void {
  const { max_prompt_tokens: most, prompt } = config.selfplay;
  if (tokens <= most) return;
  const compact = prompt === "full" || prompt === "auto" ? ", or set selfplay.prompt to compact" : "";
  throw new ConfigError(
    `selfplay.max_prompt_tokens is ${most}, but the shortest ${name} has ${tokens} tokens.`,
    {
      mend: `Raise selfplay.max_prompt_tokens to ${tokens} or more${compact}.`,
    },
  );
}
