import { pythonEquals, pythonRepr } from "../../sandbox/literals.ts";
import { excerpt, readInput } from "../proposal.ts";
import { errorText } from "../validation.ts";
import { expectedOutput } from "./expected-output.ts";
import { programProposal } from "./program-proposal.ts";
import { fails, right, type TaskKind } from "./task-kind.ts";

/** Infer an input from the program and the output: any input that gives the output is right. */
export const abduction: TaskKind = {
  ...programProposal("abduction"),
  seedsWith: ["deduction", "abduction"],
  solvePrompt: (task, style, strategy) => style.solve("abduction", task, strategy),

  async grade(task, answer, { executor, signal }) {
    const input = readInput(answer);
    if (!input.ok) return fails("not-literal", input.rejection.detail);
    // Validation ran the task's own input already.
    if (input.value === task.inputs[0]) return right();
    const result = await executor.run({ program: task.program, calls: [`f(${input.value})`] }, signal);
    if (result.verdict !== "ok") return fails(result.verdict, errorText(result), result.flags);
    const value = result.calls[0]?.value;
    if (!value) return fails("worker-lost", "no result", result.flags);
    if (pythonEquals(value, expectedOutput(task, 0))) return right(result.flags);
    return fails("wrong", `gives ${excerpt(pythonRepr(value))}`, result.flags);
  },
};
