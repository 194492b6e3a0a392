import type { ProgramRequest, ProgramTask } from "../prompt.ts";
import { block } from "./blocks.ts";

const GOAL: Record<ProgramTask, { ask: string; inference: string; hard: string }> = {
  abduction: {
    ask: "an input from the program and its output",
    inference:
      "The test subject is shown the program and the output, and has to find an input that gives this output.",
    hard: "finding an input from the output takes several steps of reasoning back through the program",
  },
  deduction: {
    ask: "the output from the program and an input",
    inference:
      "The test subject is shown the program and the input, and has to work out the output without running it.",
    hard: "working out the output takes several steps of reasoning through the program",
  },
};

/** Asks for a new program and one input, with reference tasks to differ from. */
export function programQuestion({ type, references, forbiddenModules }: ProgramRequest): string {
  const goal = GOAL[type];
  const parts = [
    `## Task: write a new Python program and one input for it

Design a test of reasoning, as in a hard I.Q. test: the subject has to infer ${goal.ask}. ${goal.inference} \
The input is written so that the program runs on it and gives the output.`,
    `### The program
- The entry point is a function named \`f\`. Helper functions, nested functions and classes are allowed.
- \`f\` takes at least one parameter and returns a value; printing does not count.
- It is deterministic: the same input gives the same output every time.
- It works in several steps and keeps state on the way: intermediate results depend on earlier ones.
- It uses no randomness, no dates or times, no input or output (files, network, printing, reading), and nothing \
from outside the program.
- It runs within a few seconds, on little memory.
- Imports and classes stand at the top; the program ends with what \`f\` returns.
- None of these modules may be imported: ${forbiddenModules.join(", ")}.`,
    `### The input
- Exactly one input: the arguments of \`f\`, separated by commas, written as Python literals.
- Strings are quoted. There are no names, calls or keyword arguments in it.`,
    `### How to answer
Give the program in a \`\`\`python block and the input in an \`\`\`input block, for example:

${block(
  "python",
  `def f(name, info):
    result = {"name": name}
    for key, value in info.items():
        result[key + "_of_" + name] = value
    return result`,
)}

${block("input", `"John", {"age": 20, "city": "New York"}`)}`,
    `### How it is judged
- The program runs on the input without an error, and keeps to the rules above.
- It is hard: ${goal.hard}. A capable subject should succeed some of the time, not always and not never.
- It is creative and unlike the reference tasks below: another idea, another algorithm or another kind of data.

First devise a clear plan in your thoughts: which idea to test, how it differs from the references, and why it is \
hard. Then write the program and check that the input runs on it.`,
  ];
  if (references.length > 0) {
    parts.push(`### Reference tasks\n\n${references.map(reference).join("\n\n")}`);
  }
  return parts.join("\n\n");
}

function reference(task: ProgramRequest["references"][number], index: number): string {
  const name = `snippet_${index}`;
  return [
    `<${name}>`,
    block("python", task.program),
    block("input", task.inputs[0] ?? ""),
    block("output", task.outputs[0] ?? ""),
    `</${name}>`,
  ].join("\n");
}
