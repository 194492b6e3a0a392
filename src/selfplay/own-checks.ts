import type { TaskType } from "../interfaces/role.ts";
import type { Executor } from "../sandbox/executor.ts";
import { parseArguments, parseLiteral, pythonSource } from "../sandbox/literals.ts";
import type { ValidTask } from "./proposal.ts";

/** Checks that are run of one response: a model that writes hundreds does not hold up the step. */
const MOST = 8;

/** How many of a response's own checks hold for its answer. */
export interface CheckCount {
  held: number;
  all: number;
}

/**
 * Runs the checks that a model wrote before its answer, as expressions, in the sandbox: about `f`, which is the
 * answer of an induction and else the task's program, and about `answer`. Null where there is nothing to check.
 * They say how sure the model can be; whether the answer is right is for the task's own grade.
 */
export async function runOwnChecks(
  type: TaskType,
  task: ValidTask,
  answer: string,
  checks: readonly string[],
  executor: Executor,
  signal?: AbortSignal,
): Promise<CheckCount | null> {
  const calls = checks.slice(0, MOST);
  const program = checkedProgram(type, task, answer);
  if (calls.length === 0 || program === null) return null;
  const result = await executor.run({ program, calls }, signal);
  const held = result.calls.filter(({ value }) => value?.type === "bool" && value.value).length;
  return { held, all: calls.length };
}

function checkedProgram(type: TaskType, task: ValidTask, answer: string): string | null {
  if (type === "induction") return answer;
  if (type === "abduction") {
    const values = parseArguments(answer);
    if (!values) return null;
    return `${task.program}\n\nanswer = (${values.map((value) => `${pythonSource(value)}, `).join("")})\n`;
  }
  const value = parseLiteral(answer);
  return value ? `answer = ${pythonSource(value)}\n` : null;
}

export function checksText({ held, all }: CheckCount): string {
  return `${held} of its ${all} own checks hold`;
}
