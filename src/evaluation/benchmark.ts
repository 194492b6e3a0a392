import type { Format } from "../config/benchmark-name.ts";
import type { Executor, ProgramResult } from "../sandbox/executor.ts";

export interface Problem {
  /** Identifier in the benchmark's own spelling, such as `HumanEval/0`. */
  id: string;
  /** Text that a model continues, in the benchmark's own words and form. */
  prompt: string;
  /** The same as a request to an assistant. */
  request: string;
  /** A right response to the prompt (format raw), from the benchmark itself; empty where it has none. */
  reference: string;
  /** Group that scores are also given for, such as APPS's `interview`. */
  group?: string;
}

/** A problem as people read it. */
export interface ShownProblem {
  /** What is asked: words, with code between fences. */
  task: string;
  /** What is right: calls with their values, tests, a number, a solution; Python source or one value. */
  expected: string;
}

/** What came of one answer. */
export interface Judgement {
  passed: boolean;
  /** `ok`, `wrong-answer`, `no-answer`, or the sandbox's verdict on the program. */
  verdict: string;
  /** Type and message of what went wrong, bounded; empty when nothing did. */
  error: string;
  /** Other bars beside the benchmark's own, each scored too, such as HumanEval+'s `base`. */
  aspects?: Record<string, boolean>;
}

export interface JudgeContext {
  executor: Executor;
  signal?: AbortSignal;
}

/** A set of problems, how they are put to a model, how its answer is read and how that is judged. */
export interface Benchmark<P extends Problem = Problem> {
  name: string;
  problems: readonly P[];
  /** Format raw: generation ends before the first of these. */
  stop: readonly string[];
  /** Default limit of new tokens per sample, by format. */
  maxTokens: Record<Format, number>;
  /** The answer in a response: a whole program, a literal, a number. `text` is what the format leaves of it. */
  answer(problem: P, text: string, format: Format): string;
  /**
   * Judges an answer. It is hostile: programs run in the executor alone, and no expected value goes where they are.
   * Whatever they do is a Judgement; only an executor that is gone or aborted rejects.
   */
  judge(problem: P, answer: string, context: JudgeContext): Promise<Judgement>;
  /** For people alone: no model and no judge is given it. Absent: the request, and the reference as what is right. */
  shown?(problem: P): ShownProblem;
}

export const shownProblem = (benchmark: Benchmark, problem: Problem): ShownProblem =>
  benchmark.shown?.(problem) ?? { task: problem.request, expected: problem.reference };

/** Python source between fences. */
export const fenced = (source: string): string => `\`\`\`python\n${source.trimEnd()}\n\`\`\``;

/** The benchmark with its first problems alone; 0 takes all. */
export function firstProblems<P extends Problem>(benchmark: Benchmark<P>, limit: number): Benchmark<P> {
  return limit > 0 ? { ...benchmark, problems: benchmark.problems.slice(0, limit) } : benchmark;
}

export const RIGHT: Judgement = { passed: true, verdict: "ok", error: "" };

export function wrong(error: string, verdict = "wrong-answer"): Judgement {
  return { passed: false, verdict, error: error.slice(0, 500) };
}

/** Why a program gave no values to judge; a syntax error is named as one wherever it was met. */
export function failure(result: ProgramResult): Judgement {
  const error = result.error ?? result.calls.find((call) => call.error)?.error;
  const syntax = ["SyntaxError", "IndentationError", "TabError"].includes(error?.type ?? "");
  return wrong(error ? `${error.type}: ${error.message}` : "", syntax ? "syntax-error" : result.verdict);
}
