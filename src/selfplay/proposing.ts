import type { Sample } from "../interfaces/generator.ts";
import type { TaskType } from "../interfaces/role.ts";
import { deriveSeed, type KeyPart } from "../random/stream.ts";
import { drawComposites } from "./drawn-composites.ts";
import { type DrawnPrompt, drawPrompt } from "./drawn-prompt.ts";
import type { SelfPlayHooks } from "./hooks.ts";
import { checkMessages } from "./message-check.ts";
import type { PlayContext } from "./play-context.ts";
import type { Prompt } from "./prompts/prompt.ts";
import type { Proposal } from "./proposal.ts";
import type { Candidate } from "./proposers/candidate.ts";
import { rejected } from "./rejection.ts";
import { type RolloutRequest, rollOut } from "./rollout.ts";
import { sampling } from "./sampling.ts";
import { longestSolverPrompt } from "./solver-tokens.ts";
import type { TaskBuffers } from "./task-buffers.ts";
import { TASK_KINDS } from "./tasks/registry.ts";
import type { Validation } from "./validation.ts";

/** One proposal of the model: the sample, what was read from it, and what execution said. */
export interface ProposalRollout extends Candidate {
  origin: "proposed";
  /** Key of the proposals that share a prompt. */
  group: string;
  prompt: Prompt;
  promptTokens: readonly number[];
  /** Prompts drawn before one fitted. */
  redraws: number;
  /** Functions that the program was to call. */
  given: number;
  sample: Sample;
  formatted: boolean;
  /** What was read before execution. */
  proposal: Proposal | null;
}

export interface ProposalPlan {
  types: readonly TaskType[];
  /** Proposals of a type. */
  count: (type: TaskType) => number;
  /** Key of every random draw: the step, or the round of seeding. */
  key: readonly KeyPart[];
  /** Difficulty in 0..1 that the model is asked for: references come from near it. None is asked for when absent. */
  wanted?: (type: TaskType) => number;
}

/**
 * Draws proposals of all types in one generation and validates each as it comes. In order of type and index. Those of
 * a prompt that cannot be made to fit are left out and counted.
 */
export async function propose(
  play: PlayContext,
  buffers: TaskBuffers,
  plan: ProposalPlan,
  hooks: SelfPlayHooks,
): Promise<{ rollouts: ProposalRollout[]; leftOut: Map<TaskType, number> }> {
  const { seed, selfplay } = play.config;
  const leftOut = new Map<TaskType, number>();
  const draws: DrawnPrompt[] = [];
  const requests: RolloutRequest[] = [];
  for (const type of plan.types) {
    const count = plan.count(type);
    const prompts = Math.ceil(count / selfplay.samples_per_prompt);
    const keys = Array.from({ length: prompts }, (_, index) => [...plan.key, index]);
    // Seeding (step 0) makes no composites.
    const step = plan.key[0] === "step" ? Number(plan.key[1]) : 0;
    const composites = await drawComposites(play, buffers, type, keys, step, hooks.signal);
    for (const [index, key] of keys.entries()) {
      const difficulty = plan.wanted?.(type) ?? null;
      const draw = drawPrompt(play, buffers, { type, key, composite: composites[index] ?? [], difficulty });
      const samples = Math.min(selfplay.samples_per_prompt, count - index * selfplay.samples_per_prompt);
      if (!draw) {
        leftOut.set(type, (leftOut.get(type) ?? 0) + samples);
        continue;
      }
      draws.push(draw);
      requests.push({
        role: "propose",
        type,
        opening: draw.prompt.opening,
        prompt: draw.promptTokens,
        samples,
        stop: draw.prompt.stop,
        seed: deriveSeed(seed, "propose", type, ...plan.key, index),
        ...sampling(selfplay.propose),
      });
    }
  }
  for (const [type, count] of leftOut)
    hooks.onLog?.(
      "warning",
      `${count} ${type} proposals are left out: no prompt fits selfplay.max_prompt_tokens`,
    );
  if (requests.length === 0) return { rollouts: [], leftOut };
  const judge = (request: number, sample: Sample) =>
    judgeProposal(play, draws[request] as DrawnPrompt, sample, hooks);
  const phases =
    plan.key[0] === "seed"
      ? ({ generating: "seed", judging: null } as const)
      : ({ generating: "propose", judging: "validate" } as const);
  const results = await rollOut(play.generator, requests, judge, phases, hooks);
  const rollouts = results.flatMap((group) => group.map(({ judgement }) => judgement));
  return { rollouts: await checkMessages(play, rollouts, plan.key, phases, hooks), leftOut };
}

async function judgeProposal(
  play: PlayContext,
  draw: DrawnPrompt,
  sample: Sample,
  hooks: SelfPlayHooks,
): Promise<ProposalRollout> {
  const { context, ...shared } = draw;
  const kind = TASK_KINDS[draw.type];
  const response = { text: draw.prompt.opening + sample.text, stopped: sample.finish === "stop" };
  const reading = kind.readProposal(response, context);
  const rollout = { ...shared, origin: "proposed" as const, sample, formatted: reading.formatted };
  if (!reading.ok) return { ...rollout, proposal: null, task: reading, flags: [] };
  const validation = await validateProposal(play, draw.type, reading.value, hooks.signal);
  return { ...rollout, proposal: reading.value, ...validation };
}

/** Finds out whether a proposal is a task, and sees to it that the solver's prompt fits, whatever the strategy. */
export async function validateProposal(
  play: PlayContext,
  type: TaskType,
  proposal: Proposal,
  signal: AbortSignal | undefined,
): Promise<Validation> {
  const { forbidden_modules: forbiddenModules, max_prompt_tokens: most } = play.config.selfplay;
  const kind = TASK_KINDS[type];
  using _place = await play.executor.room(signal);
  const { task, flags } = await kind.validate(proposal, {
    executor: play.executor,
    forbiddenModules,
    ...(signal ? { signal } : {}),
  });
  const length = task.ok ? longestSolverPrompt(play, type, task.value) : 0;
  if (length <= most) return { task, flags };
  return {
    task: rejected("prompt-too-long", `the solver's prompt has ${length} tokens, at most ${most}`),
    flags,
  };
}
