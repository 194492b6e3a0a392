import { RunError } from "../../errors/index.ts";
import { type PythonValue, parseLiteral } from "../../sandbox/literals.ts";
import type { ValidTask } from "../proposal.ts";

/** The value that a task's stored output stands for. Validation kept only outputs that can be read back. */
export function expectedOutput(task: ValidTask, index: number): PythonValue {
  const value = parseLiteral(task.outputs[index] ?? "");
  if (value) return value;
  throw new RunError(`a task's stored output is not a Python literal: ${task.outputs[index]}`, {
    mend: "the run's database was changed or damaged: resume from an earlier checkpoint or start a new run",
  });
}
