import type { ProgramJob, ProgramResult } from "../sandbox/executor.ts";

export interface Problem {
  /** Identifier in the benchmark's own spelling, such as `HumanEval/0`. */
  id: string;
  /** Text that the model continues. */
  prompt: string;
  /** A right completion, from the benchmark itself. */
  reference: string;
}

/** A set of problems, how they are put to a model and how a completion is judged. */
export interface Benchmark<P extends Problem = Problem> {
  name: string;
  problems: readonly P[];
  /** Generation ends before the first of these. */
  stop: readonly string[];
  /** Default limit of new tokens per sample. */
  maxTokens: number;
  /** The program that judges a completion. It is hostile: it holds model text. */
  job(problem: P, completion: string): ProgramJob;
  /** Whether the judging program showed the completion to be right. */
  passed(result: ProgramResult): boolean;
}
