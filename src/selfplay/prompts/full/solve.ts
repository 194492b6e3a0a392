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

  "error-deduction": ({ program, inputs }) => `## Task: work out how a Python program ends

Given the program and the input, find the class of the exception that \`f\` ends in. Follow the program step by step. \
When it returns a value, the answer is NoError.

${block("python", program)}

${block("input", inputs[0] ?? "")}

Give the name of the exception's class alone, without its message, or NoError, in an \`\`\`error block. For example:

${block("error", "ValueError")}`,

  mathematics: ({ program }) => `## Task: solve a mathematics problem

${block("problem", program)}

Work it out step by step. Give the answer as one number in an \`\`\`answer block: whole, a decimal or a fraction, \
without a calculation. For example:

${block("answer", "126")}`,

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
