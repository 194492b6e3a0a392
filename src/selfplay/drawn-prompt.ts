import type { TaskType } from "../interfaces/role.ts";
import { type KeyPart, stream } from "../random/stream.ts";
import type { PlayContext } from "./play-context.ts";
import type { Prompt } from "./prompts/prompt.ts";
import { shortestPrompt } from "./shortest-prompt.ts";
import type { TaskBuffers } from "./task-buffers.ts";
import type { GivenFunction } from "./tasks/composites.ts";
import { TASK_KINDS } from "./tasks/registry.ts";
import type { ProposalContext } from "./tasks/task-kind.ts";

/** What a proposal is asked for by. */
export interface DrawnPrompt {
  type: TaskType;
  /** Key of the proposals that share the prompt. */
  group: string;
  prompt: Prompt;
  promptTokens: readonly number[];
  /** Earlier tasks that it shows or gives. */
  parents: readonly number[];
  /** Prompts drawn before one fitted. */
  redraws: number;
  /** Functions that the program is to call. */
  given: number;
  context: ProposalContext;
}

export interface PromptPlan {
  type: TaskType;
  key: readonly KeyPart[];
  composite: readonly GivenFunction[];
  difficulty: number | null;
}

/** Draws with K references before one fewer is tried. */
const TRIES = 4;
/** Further references looked through, one after the other, where a prompt needs one. */
const SEARCHED = 64;

/**
 * A prompt that fits: references are drawn anew, then fewer of them, then without given functions; where one
 * reference is needed, others are looked through. At last comes the type's shortest prompt, and null where not even
 * that fits. Nothing that is shown is ever cut.
 */
export function drawPrompt(play: PlayContext, buffers: TaskBuffers, plan: PromptPlan): DrawnPrompt | null {
  const { seed, selfplay } = play.config;
  const { type, key, difficulty } = plan;
  let redraws = 0;
  for (const context of candidates(play, buffers, plan)) {
    const { references, given } = context;
    const prompt = TASK_KINDS[type].proposePrompt(context);
    const promptTokens = play.tokenizer.encode(prompt.text, { prompt: true });
    if (promptTokens.length <= selfplay.max_prompt_tokens) {
      const group = ["propose", type, ...key].join("/");
      const parents = [...new Set([...references, ...given].map(({ id }) => id))];
      return { type, group, prompt, promptTokens, parents, redraws, given: given.length, context };
    }
    redraws++;
  }
  return null;

  function* candidates({ style }: PlayContext, from: TaskBuffers, { composite }: PromptPlan) {
    const kind = TASK_KINDS[type];
    const wanted = kind.referencesWanted(selfplay.references);
    const fewest = Math.min(wanted, kind.referencesNeeded);
    const rest = {
      style,
      difficulty,
      inductionInputs: selfplay.induction_inputs,
      forbiddenModules: selfplay.forbidden_modules,
    };
    const draw = (count: number, ...last: KeyPart[]) => {
      const random = stream(seed, "references", type, ...key, ...last);
      return { random, references: from.sampleFrom(kind.referenceTypes, type, random, count, difficulty) };
    };
    for (const given of composite.length > 0 ? [composite, []] : [[]]) {
      for (let count = wanted; count >= fewest; count--) {
        for (let attempt = 0; attempt < (count === 0 ? 1 : TRIES); attempt++) {
          yield { ...rest, given, ...draw(count, count, attempt) } satisfies ProposalContext;
        }
      }
    }
    if (kind.referencesNeeded > 0) {
      const { random, references } = draw(SEARCHED, "search");
      for (const one of references) yield { ...rest, given: [], references: [one], random };
    }
    yield shortestPrompt(play, type, difficulty);
  }
}
