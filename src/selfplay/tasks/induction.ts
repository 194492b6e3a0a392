import { pythonEquals, pythonRepr } from "../../sandbox/literals.ts";
import { readProgram } from "../program.ts";
import { excerpt, type ValidTask } from "../proposal.ts";
import { errorText, validate } from "../validation.ts";
import { expectedOutput } from "./expected-output.ts";
import { fails, type Grade, type GradingContext, right, type TaskKind } from "./task-kind.ts";

/** Examples that the solver sees: the first half; it is tested on the rest. */
export function shownPairs(task: ValidTask): number {
  return Math.floor(task.inputs.length / 2);
}

/** Infer the program from half of the inputs with their outputs, and a message. Tested on the hidden half. */
export const induction: TaskKind = {
  type: "induction",
  seedsWith: ["induction"],
  referenceTypes: ["abduction", "deduction"],
  referencesWanted: () => 1,
  referencesNeeded: 1,
  composes: false,

  proposePrompt({ style, references, inductionInputs, difficulty, random }) {
    const { program = "", inputs: [known = ""] = [] } = references[0] ?? {};
    return style.proposeInputs({ program, known, count: inductionInputs, difficulty, random });
  },

  readProposal(response, { style, references, inductionInputs }) {
    const program = references[0]?.program ?? "";
    return style.readInputsProposal(response, { program, count: inductionInputs });
  },

  validate,

  solvePrompt(task, style, strategy) {
    const shown = shownPairs(task);
    const inputs = task.inputs.slice(0, shown);
    const outputs = task.outputs.slice(0, shown);
    return style.solve("induction", { program: "", inputs, outputs, message: task.message }, strategy);
  },

  grade: (task, answer, context) => gradePairs(task, answer, shownPairs(task), context),
};

/** Whether a program gives the outputs of a task, from its input number `from` (counted from 0) on. */
export async function gradePairs(
  task: ValidTask,
  answer: string,
  from: number,
  { executor, signal }: GradingContext,
): Promise<Grade> {
  const program = readProgram(answer);
  if (!program.ok) return fails(program.rejection.reason, program.rejection.detail);
  // Validation ran the task's own program already, on these inputs.
  if (program.value === task.program) return right();
  const calls = task.inputs.slice(from).map((input) => `f(${input})`);
  const result = await executor.run({ program: program.value, calls }, signal);
  if (result.verdict !== "ok") return fails(result.verdict, errorText(result), result.flags);
  for (const [i, call] of calls.entries()) {
    const value = result.calls[i]?.value;
    if (!value) return fails("worker-lost", "fewer results than calls", result.flags);
    if (!pythonEquals(value, expectedOutput(task, from + i))) {
      return fails("wrong", `${excerpt(call)} gives ${excerpt(pythonRepr(value))}`, result.flags);
    }
  }
  return right(result.flags);
}
