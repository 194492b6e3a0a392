import type { InputsRequest } from "../prompt.ts";
import { block } from "./blocks.ts";
import { hardness } from "./hardness.ts";

/** Asks for inputs of a given program and a message that helps to infer it. */
export function inputsQuestion(request: Pick<InputsRequest, "program" | "count" | "difficulty">): string {
  const { program, count, difficulty } = request;
  return `## Task: write ${count} inputs for a Python program, and a message about it

Design a test of reasoning, as in a hard I.Q. test: the subject has to infer the program. The subject is shown some \
of the inputs with their outputs and the message, but never the program, and has to write a program that gives the \
right output on all of the inputs, the hidden ones too.

### The program
Your inputs are put where the mark stands:

${block("python", `${program}\n\nf(<|YOUR INPUT WILL BE PLUGGED HERE|>)`)}

### The inputs
- Exactly ${count} different inputs. Each is the arguments of \`f\`, separated by commas, written as Python literals.
- Strings are quoted. There are no names, calls or keyword arguments in them.
- They are diverse: together they show everything that the program does, its special cases too, so that the program \
can be inferred from the pairs.

### The message
- It helps the subject to find the program, with a riddle or a short description of what it is for.
- It does not contain the program, and does not spell out its steps.

### How to answer
Give each input in an \`\`\`input block and the message in a \`\`\`message block, for example:

${block("input", `"John", {"age": 20, "city": "New York"}`)}

${block("input", `"Sammy", {"age": 37, "city": "Los Angeles"}`)}

${block("message", "A person's facts, each filed under who it belongs to.")}

### How it is judged
- The program runs on every input without an error.
- It is hard. ${hardness(difficulty)}
- The inputs are creative and cover the program.

First devise a clear plan in your thoughts: what the program does, and which inputs show it. Then write the ${count} \
inputs and the message.`;
}
