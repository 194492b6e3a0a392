import type { GivenFunction } from "../../tasks/composites.ts";
import type { ProgramRequest, ProgramTask } from "../prompt.ts";
import { block } from "./blocks.ts";
import { hardness } from "./hardness.ts";

interface Goal {
  /** What the subject infers. */
  ask: string;
  inference: string;
  hard: string;
  /** What f does in the end, as a rule of the program. */
  ends: string;
  /** What execution has to confirm. */
  runs: string;
  /** Block that a reference shows its outcome in. */
  outcome: string;
}

const RETURNS = {
  ends: "`f` takes at least one parameter and returns a value; printing does not count.",
  runs: "The program runs on the input without an error, and keeps to the rules above.",
  outcome: "output",
};

const GOAL: Record<ProgramTask, Goal> = {
  abduction: {
    ask: "an input from the program and its output",
    inference:
      "The test subject is shown the program and the output, and has to find an input that gives this output. \
The input is written so that the program runs on it and gives the output.",
    hard: "finding an input from the output takes several steps of reasoning back through the program",
    ...RETURNS,
  },
  deduction: {
    ask: "the output from the program and an input",
    inference:
      "The test subject is shown the program and the input, and has to work out the output without running it. \
The input is written so that the program runs on it and gives the output.",
    hard: "working out the output takes several steps of reasoning through the program",
    ...RETURNS,
  },
  "error-deduction": {
    ask: "how a program ends: in which kind of error, or in none",
    inference:
      "The test subject is shown the program and the input, and has to name the class of the exception that `f` \
ends in on this input, or NoError when it returns a value.",
    hard: "seeing which exception is raised, if any, takes several steps of reasoning through the program",
    ends: "`f` takes at least one parameter. It raises an exception, a built-in one or one of a class of its own, or it \
returns a value; both make good tests. What it raises follows from its steps and is not plain to see.",
    runs: "The program loads, `f` ends on the input, and the program keeps to the rules above.",
    outcome: "error",
  },
};

/** Asks for a new program and one input, with reference tasks to differ from. */
export function programQuestion(request: ProgramRequest): string {
  const { type, references, given, difficulty, forbiddenModules } = request;
  const goal = GOAL[type];
  const parts = [
    `## Task: write a new Python program and one input for it

Design a test of reasoning, as in a hard I.Q. test: the subject has to infer ${goal.ask}. ${goal.inference}`,
    `### The program
- The entry point is a function named \`f\`. Helper functions, nested functions and classes are allowed.
- ${goal.ends}
- It is deterministic: the same input gives the same output every time.
- It works in several steps and keeps state on the way: intermediate results depend on earlier ones.
- It uses no randomness, no dates or times, no input or output (files, network, printing, reading), and nothing \
from outside the program.
- It runs within a few seconds, on little memory.
- Imports and classes stand at the top; the program ends with what \`f\` returns.${importRule(forbiddenModules)}`,
    ...(given.length > 0 ? [givenFunctions(given)] : []),
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
- ${goal.runs}
- It is hard: ${goal.hard}. ${hardness(difficulty)}
- It is creative and unlike the reference tasks below: another idea, another algorithm or another kind of data.

First devise a clear plan in your thoughts: which idea to test, how it differs from the references, and why it is \
hard. Then write the program and check that the input runs on it.`,
  ];
  if (references.length > 0) {
    const shown = references.map((task, index) => reference(task, index, goal.outcome));
    parts.push(`### Reference tasks\n\n${shown.join("\n\n")}`);
  }
  return parts.join("\n\n");
}

function importRule(modules: readonly string[]): string {
  return modules.length > 0 ? `\n- None of these modules may be imported: ${modules.join(", ")}.` : "";
}

function givenFunctions(given: readonly GivenFunction[]): string {
  const names = given.map(({ name }) => `\`${name}\``).join(", ");
  return `### Given functions
${names}: these stand before your program, and \`f\` has to build on them.

${block("python", given.map(({ source }) => source).join("\n\n\n"))}

- \`f\` calls every one of them, with arguments that it has worked out.
- They are not defined again: your program begins after them, with its own imports and helpers.
- \`f\` does more than hand its arguments to one of them: what comes of the calls is worked on.`;
}

function reference(task: ProgramRequest["references"][number], index: number, outcome: string): string {
  const name = `snippet_${index}`;
  return [
    `<${name}>`,
    block("python", task.program),
    block("input", task.inputs[0] ?? ""),
    block(outcome, task.outputs[0] ?? ""),
    `</${name}>`,
  ].join("\n");
}
