import { parseLiteral, pythonEquals } from "../../sandbox/literals.ts";
import { excerpt } from "../proposal.ts";
import { expectedOutput } from "./expected-output.ts";
import { programProposal } from "./program-proposal.ts";
import { fails, right, type TaskKind } from "./task-kind.ts";

/** Infer the output from the program and the input. Graded on the host, without running anything. */
export const deduction: TaskKind = {
  ...programProposal("deduction"),
  seedsWith: ["deduction", "abduction"],
  solvePrompt: (task, style, strategy) => style.solve("deduction", task, strategy),

  async grade(task, answer) {
    const value = parseLiteral(answer);
    if (!value) return fails("not-literal", `not a Python literal: ${excerpt(answer)}`);
    if (pythonEquals(value, expectedOutput(task, 0))) return right();
    return fails("wrong", `expected ${excerpt(task.outputs[0] ?? "")}`);
  },
};
