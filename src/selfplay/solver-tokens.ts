import type { Strategy } from "../config/strategy.ts";
import type { TaskType } from "../interfaces/role.ts";
import type { PlayContext } from "./play-context.ts";
import type { ValidTask } from "./proposal.ts";
import { TASK_KINDS } from "./tasks/registry.ts";

type Parts = Pick<PlayContext, "config" | "style" | "tokenizer">;

/** Tokens of the solver's prompt for a task. */
export function solverTokens(
  { style, tokenizer }: Parts,
  type: TaskType,
  task: ValidTask,
  strategy: Strategy,
): number {
  return tokenizer.encode(TASK_KINDS[type].solvePrompt(task, style, strategy).text, { prompt: true }).length;
}

/** Tokens of the longest of its prompts, of all strategies of the run. */
export function longestSolverPrompt(play: Parts, type: TaskType, task: ValidTask): number {
  const { strategies } = play.config.selfplay;
  return Math.max(...strategies.map((strategy) => solverTokens(play, type, task, strategy)));
}
