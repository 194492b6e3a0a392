import type { Strategy } from "../../config/strategy.ts";
import type { TaskType } from "../../interfaces/role.ts";
import type { RandomStream } from "../../random/stream.ts";
import type { TaskRecord } from "../../runs/records.ts";
import type { Executor } from "../../sandbox/executor.ts";
import type { Prompt, PromptStyle, Response, ResponseReading } from "../prompts/prompt.ts";
import type { Proposal, ValidTask } from "../proposal.ts";
import type { Rejection } from "../rejection.ts";
import type { Validation, ValidationContext } from "../validation.ts";
import type { GivenFunction } from "./composites.ts";

export interface ProposalContext {
  style: PromptStyle;
  /** Earlier tasks shown to the proposer; induction's is the one whose program it works on. */
  references: readonly TaskRecord[];
  /** Earlier programs that the new one must call; none unless the task is to be a composite. */
  given: readonly GivenFunction[];
  /** Wanted, in 0..1; null where the proposer chooses. */
  difficulty: number | null;
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

/** One kind of task: how it is proposed, what makes it valid, how it is put to the solver, when an answer is right. */
export interface TaskKind {
  readonly type: TaskType;
  /** Types that a seed of this one is a seed of as well, this one among them. */
  readonly seedsWith: readonly TaskType[];
  /** Earlier tasks wanted for a proposal's prompt, from the setting `references` (K). */
  referencesWanted(k: number): number;
  /** References without which there is no prompt. */
  readonly referencesNeeded: number;
  /** Buffers, by type, that references are drawn from. */
  readonly referenceTypes: readonly TaskType[];
  /** Whether proposals may be composites: see composites.ts. */
  readonly composes: boolean;
  proposePrompt(context: ProposalContext): Prompt;
  readProposal(response: Response, context: ProposalContext): ResponseReading<Proposal>;
  /** Finds the expected outputs, by execution where there is a program, or why the proposal is no task. */
  validate(proposal: Proposal, context: ValidationContext): Promise<Validation>;
  solvePrompt(task: ValidTask, style: PromptStyle, strategy?: Strategy): Prompt;
  /**
   * Whether an answer as read by the style is right. An answer that is not what was asked for (no literal, no
   * number, ...) gets one of FORMAT_REASONS. Answers are never evaluated on the host, and expected outputs never enter the sandbox.
   */
  grade(task: ValidTask, answer: string, context: GradingContext): Promise<Grade>;
}

export function right(flags: readonly string[] = []): Grade {
  return { correct: true, rejection: null, flags };
}

export function fails(reason: Rejection["reason"], detail: string, flags: readonly string[] = []): Grade {
  return { correct: false, rejection: { reason, detail }, flags };
}
