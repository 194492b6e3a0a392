import * as v from "valibot";
import { type ConfigInput, ConfigSchema } from "../config/schema.ts";
import { STRATEGIES, type Strategy } from "../config/strategy.ts";
import type { Sample } from "../interfaces/generator.ts";
import type { TaskType } from "../interfaces/role.ts";
import { deriveSeed } from "../random/stream.ts";
import type { Executor } from "../sandbox/executor.ts";
import { checksText } from "./own-checks.ts";
import { promptStyle } from "./prompts/registry.ts";
import type { ValidTask } from "./proposal.ts";
import type { TaskModel } from "./proposers/propose-task.ts";
import { sampling } from "./sampling.ts";
import { judgeAnswer } from "./solving.ts";
import { TASK_KINDS } from "./tasks/registry.ts";

export interface SolveOptions {
  executor: Executor;
  /** Tried in turn until an answer is verified; all of them when absent. */
  strategies?: readonly Strategy[];
  /** Answers drawn under each strategy. */
  samples?: number;
  seed?: number;
  /** Settings of self-play: prompt, and sampling of the solver. */
  selfplay?: NonNullable<ConfigInput["selfplay"]>;
  signal?: AbortSignal;
  /** Called with each attempt as it is judged. */
  onAttempt?: (attempt: SolveAttempt) => void;
}

export interface SolveAttempt {
  strategy: Strategy;
  response: string;
  /** What was read from the response; null where nothing could be. */
  answer: string | null;
  verified: boolean;
  /** `ok`, `wrong`, or why there is no answer, in a word; `not-verified` where nothing says what is right. */
  verdict: string;
  /** One sentence more; may be empty. */
  detail: string;
}

export interface Solved {
  verified: boolean;
  /** The verified answer, or else the first that could be read. */
  answer: string | null;
  strategy: Strategy | null;
  attempts: SolveAttempt[];
}

/**
 * Has a model solve a task by several strategies in turn, until an answer is verified: against the program's
 * output (deduction), by running the program on it (abduction), or by running it on the pairs (induction).
 */
export async function solveTask(
  model: TaskModel,
  type: TaskType,
  task: ValidTask,
  options: SolveOptions,
): Promise<Solved> {
  const { executor, signal, seed = 0 } = options;
  const { selfplay } = v.parse(ConfigSchema, { selfplay: options.selfplay ?? {} });
  const style = promptStyle(selfplay.prompt, model.ownStyle, "compact");
  const strategies = options.strategies ?? style.strategies ?? STRATEGIES;
  return await inTurn({ ...options, strategies }, async (strategy, samples) => {
    const prompt = TASK_KINDS[type].solvePrompt(task, style, strategy);
    const request = {
      prompt: model.tokenizer.encode(prompt.text, { prompt: true }),
      samples,
      stop: prompt.stop,
      seed: deriveSeed(seed, "solve", type, strategy),
      ...sampling(selfplay.solve),
    };
    const [drawn = []] = await model.generator.generate([request], signal ? { signal } : {});
    return await Promise.all(
      drawn.map(async (sample: Sample): Promise<SolveAttempt> => {
        const play = { style, executor };
        const judged = await judgeAnswer(play, { type, task }, { prompt, strategy, sample }, { signal });
        const { correct, rejection } = judged.grade;
        const own = judged.checks && checksText(judged.checks);
        return {
          strategy,
          response: sample.text,
          answer: judged.answer,
          verified: correct,
          verdict: rejection?.reason ?? "ok",
          detail: [rejection?.detail, own].filter(Boolean).join("; "),
        };
      }),
    );
  });
}

/** Goes through the strategies until an attempt is verified. */
export async function inTurn(
  { strategies = STRATEGIES, samples = 1, signal, onAttempt }: Omit<SolveOptions, "executor">,
  attempt: (strategy: Strategy, samples: number) => Promise<SolveAttempt[]>,
): Promise<Solved> {
  const attempts: SolveAttempt[] = [];
  for (const strategy of strategies) {
    const own = await attempt(strategy, samples);
    signal?.throwIfAborted();
    for (const one of own) onAttempt?.(one);
    attempts.push(...own);
    if (own.some(({ verified }) => verified)) break;
  }
  const best = attempts.find(({ verified }) => verified) ?? attempts.find(({ answer }) => answer !== null);
  return {
    verified: best?.verified ?? false,
    answer: best?.answer ?? null,
    strategy: best?.strategy ?? null,
    attempts,
  };
}
