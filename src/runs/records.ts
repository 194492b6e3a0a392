import type { Strategy } from "../config/strategy.ts";
import type { Role, TaskType } from "../interfaces/role.ts";

/** Rows of `run.sqlite`, as TypeScript sees them. The tables are documented in docs/reference/run-database.md. */

export type RunState = "created" | "running" | "paused" | "stopped" | "finished" | "crashed";

export interface StepRecord {
  step: number;
  /** Milliseconds since the epoch. */
  startedAt: number;
  finishedAt: number;
}

export interface TaskRecord {
  /** Unique within the run, ascending in order of admission. */
  id: number;
  type: TaskType;
  /** `seed` tasks come from the identity function's seeding (step 0), `template` ones from no model. */
  origin: "seed" | "proposed" | "template";
  step: number;
  /** Of mathematics, the problem in words. Of a composite, with the functions that it was given before it. */
  program: string;
  /** Arguments as Python source, `1, 'a'`: one for deduction and abduction, N for induction, none for mathematics. */
  inputs: string[];
  /**
   * Python repr of the value for each input; of error-deduction the exception's class or NoError, of mathematics
   * the answer.
   */
  outputs: string[];
  /** Induction's hint to the solver. */
  message: string | null;
  /** Task ids shown to the proposer as references, then those whose programs it was given. */
  parents: number[];
  /** 1 - solve rate under the configured rule, at admission; null for seeds. */
  learnability: number | null;
  /** Share of right answers when last solved; null before. */
  solveRate: number | null;
  /** Steps in which it was drawn to train the solver; an estimate of its solve rate is no draw. */
  timesDrawn: number;
  /** Hash of the program's normalised AST; null where it was not taken. */
  fingerprint: string | null;
  /** The same with constants masked; null as well where the program is a reference's. */
  skeleton: string | null;
  /** The step in which the buffer gave it up, or did not take it; null while it is in the buffer. */
  evictedStep: number | null;
}

export interface RolloutRecord {
  id: number;
  step: number;
  role: Role;
  type: TaskType;
  /** The task solved, or the one admitted from this proposal; null for a rejected proposal. */
  taskId: number | null;
  /** Rollouts of one prompt share it. */
  group: string;
  prompt: string;
  response: string;
  /** What the parser took from the response: a program, a literal; null when it found none. */
  answer: string | null;
  /** `ok` (valid proposal, right answer), `wrong`, or the reason of the rejection in a word, such as
   * `no-program`, `syntax-error`, `forbidden-import`, `timeout`, `non-deterministic`. */
  verdict: string;
  /** One sentence more about the verdict; empty when there is nothing to add. */
  detail: string;
  /** Safety flags of the program and the text, such as `import:os`, `file-write`, `suspicious:outsmart`. */
  flags: readonly string[];
  /** Equal for proposals of the same program (induction: program and inputs); null where execution confirmed none. */
  programKey: string | null;
  reward: number;
  /** Named parts that add up to the reward. */
  components: Record<string, number>;
  /** NaN-free: null where the group was dropped or the rollout was not trained on. */
  advantage: number | null;
  promptTokens: number;
  responseTokens: number;
  /** Mean over the response's tokens of their log-probability as sampled, nats; null of an empty response. */
  logProbability: number | null;
  finish: string;
  /** How a task was solved; null of a proposal. */
  strategy: Strategy | null;
}

export interface EvaluationRecord {
  id: number;
  step: number;
  benchmark: string;
  /** Pass rates and counts by name, such as `pass@1`. */
  scores: Record<string, number>;
  settings: Record<string, unknown>;
  startedAt: number;
  finishedAt: number;
}

export interface CheckpointRecord {
  step: number;
  /** Directory name under `checkpoints/`. */
  directory: string;
  createdAt: number;
  bytes: number;
}

export type EventLevel = "debug" | "info" | "warning" | "error";

export interface EventRecord {
  id: number;
  at: number;
  step: number;
  level: EventLevel;
  /** `engine`, `sandbox`, `selfplay`, `training`, ... */
  source: string;
  message: string;
}
