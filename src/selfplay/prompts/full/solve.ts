import type { TaskType } from "../../../interfaces/role.ts";
import type { Exercise } from "../prompt.ts";
import { block } from "./blocks.ts";

/** The question put to the solver. */
export function solveQuestion(type: TaskType, exercise: Exercise): string {
  return QUESTIONS[type](exercise);
}

const QUESTIONS: Record<TaskType, (exercise: Exercise) => string> = {
  deduction: ({ program, inputs }) => `## Task: work out the output of a Python program

Given the program and the input, find what \`f\` returns. Follow the program step by step.

${block("python", program)}

${block("input", inputs[0] ?? "")}

Give the output as a Python literal in an \`\`\`output block; strings are quoted. For example:

${block("output", `{"age": 20, "city": "New York"}`)}`,

  abduction: ({ program, outputs }) => `## Task: find an input of a Python program from its output

Given the program and the output, find one input on which \`f\` returns this output. There may be several; any of \
them is right.

${block("python", program)}

${block("output", outputs[0] ?? "")}

Give the arguments of \`f\`, separated by commas, as Python literals in an \`\`\`input block; strings are quoted. \
For example:

${block("input", `"John", {"age": 20, "city": "New York"}`)}`,

  induction: ({ inputs, outputs, message }) => `## Task: infer a Python program from examples

Given inputs with their outputs and a message, write the program that gives these outputs. It is tested on further \
inputs that are not shown, so it must capture the rule and not only the examples.

${inputs
  .map((input, i) => `${block(`input_${i}`, input)}\n${block(`output_${i}`, outputs[i] ?? "")}`)
  .join("\n\n")}

${block("message", message ?? "")}

Give the program in a \`\`\`python block. Its entry point is a function named \`f\`, which takes the inputs as \
arguments and returns the output. For example:

${block("python", "def f(a):\n    return a")}`,
};
