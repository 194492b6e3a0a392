import type { PythonValue } from "./literals.ts";

/** How a program's evaluation ended. Everything but `ok` is data about the program, never an exception here. */
export const VERDICTS = [
  "ok",
  "syntax-error",
  "exception",
  "forbidden-import",
  "timeout",
  "cpu-limit",
  "memory-limit",
  "output-limit",
  "non-deterministic",
  "unserialisable",
  "sandbox-violation",
  "worker-lost",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** One program to run in a process of its own, and the expressions to evaluate after it. */
export interface ProgramJob {
  /** Python source, executed as a module. Hostile. */
  program: string;
  /** Python expressions evaluated in the program's namespace, such as `f(3, 'a')`. Also hostile. */
  calls: readonly string[];
  /** Text on the program's standard input; empty when absent. */
  stdin?: string;
  /** Modules whose import is refused before anything runs (a task-quality rule, not the boundary). */
  forbiddenModules?: readonly string[];
  /**
   * Run in two processes with different hash seeds and require equal values. With `outcomes`, a call that raises
   * is an outcome too: its exception's class must be the same again.
   */
  checkDeterminism?: boolean | "outcomes";
  /** With `checkDeterminism`: require equal standard output too, of programs that are judged by what they print. */
  compareOutput?: boolean;
  /** Wall-clock limit in milliseconds for the whole job; the pool's, for a busy machine, when absent. */
  timeoutMs?: number;
  /**
   * CPU time limit in milliseconds for the whole job, counted by the host; the pool's when absent or lower. With one, the
   * program may also sleep no longer than this: `timeoutMs` may then be long, for a machine that gives CPU time slowly.
   * With neither limit the pool's `timeoutMs` is both.
   */
  cpuMs?: number;
}

/** An exception's type and message, bounded, without characters that steer a terminal; the type is one line. */
export interface ProgramError {
  type: string;
  message: string;
}

export interface CallResult {
  verdict: Verdict;
  /** The value, exact in type, when the verdict is ok. */
  value?: PythonValue;
  /** When the verdict is one that has an exception. */
  error?: ProgramError;
}

export interface ProgramResult {
  /** Verdict of the module itself, or of the first call that is not ok, or ok. */
  verdict: Verdict;
  error?: ProgramError;
  /** One result per call; none when the program ended otherwise than ok. */
  calls: CallResult[];
  /** Bounded captured standard output. */
  stdout: string;
  wallMs: number;
  cpuMs: number;
  /** Peak resident set of the process, bytes; 0 when unknown. A program may have the kernel forget it: a figure. */
  peakBytes: number;
  /**
   * Safety flags: `import:<module>` for forbidden imports, found before the program ran; kinds of things that it
   * tried while it ran, which a program that rewrites its own process can hide or feign; `violation`.
   */
  flags: string[];
}

export interface ExecutorCounts {
  running: number;
  queued: number;
  idleWorkers: number;
  finished: number;
  verdicts: Partial<Record<Verdict, number>>;
}

/** Runs hostile programs. Implemented by the sandbox pool; a scripted one serves self-play's fast tests. */
export interface Executor {
  /** Rejects with SandboxError where more programs wait than an executor holds: await `room` first. */
  run(job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult>;
  /**
   * A place for one who makes programs and has them run, given back by disposing of it. Who has many to make awaits a
   * place for each, so that few wait at a time; inside one place no second one is awaited.
   */
  room(signal?: AbortSignal): Promise<Disposable>;
  counts(): ExecutorCounts;
}
