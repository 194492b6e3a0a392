import type { TaskType } from "../../interfaces/role.ts";
import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { Executor } from "../../sandbox/executor.ts";
import type { Prompt, PromptStyle, Response, ResponseReading } from "../prompts/prompt.ts";
import type { Proposal, ValidTask } from "../proposal.ts";
import type { Rejection } from "../rejection.ts";

export interface ProposalContext {
  style: PromptStyle;
  /** Earlier tasks shown to the proposer; induction's is the one whose program it works on. */
  references: readonly TaskRecord[];
  /** Inputs of an induction task. */
  inductionInputs: number;
  forbiddenModules: readonly string[];
  random: RandomStream;
}

export interface Grade {
  correct: boolean;
  /** Null when the answer is right. */
  rejection: Rejection | null;
  flags: readonly string[];
}

export interface GradingContext {
  executor: Executor;
  signal?: AbortSignal;
}

/** One kind of task: how it is proposed, how its answers are asked for, and when an answer is right. */
export interface TaskKind {
  readonly type: TaskType;
  /** Earlier tasks wanted for a proposal's prompt, from the setting `references` (K). */
  referencesWanted(k: number): number;
  /** References without which there is no prompt. */
  readonly referencesNeeded: number;
  /** Buffers, by type, that references are drawn from. */
  readonly referenceTypes: readonly TaskType[];
  proposePrompt(context: ProposalContext): Prompt;
  readProposal(response: Response, context: ProposalContext): ResponseReading<Proposal>;
  solvePrompt(task: ValidTask, style: PromptStyle): Prompt;
  /**
   * Whether an answer as read by the style is right. An answer that is no literal where one is wanted gets
   * `not-literal`. Answers are never evaluated on the host, and expected outputs never enter the sandbox.
   */
  grade(task: ValidTask, answer: string, context: GradingContext): Promise<Grade>;
}

export function right(flags: readonly string[] = []): Grade {
  return { correct: true, rejection: null, flags };
}

export function fails(reason: Rejection["reason"], detail: string, flags: readonly string[] = []): Grade {
  return { correct: false, rejection: { reason, detail }, flags };
}
