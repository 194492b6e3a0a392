import type { ProblemRequest } from "../prompt.ts";
import { block } from "./blocks.ts";
import { hardness } from "./hardness.ts";

/** Asks for a new problem in words whose answer is a number. */
export function problemQuestion(request: Pick<ProblemRequest, "references" | "difficulty">): string {
  const { references, difficulty } = request;
  const parts = [
    `## Task: write a new mathematics problem with its answer

Design a test of reasoning: the subject is shown the problem and has to find the number that answers it.`,
    `### The problem
- It is written in words and can be answered from what it says alone.
- It takes several steps of calculation or reasoning.
- Its answer is one number, and there is only one right answer.
- It does not give the answer away.`,
    `### The answer
- One number: whole, a decimal such as 12.5, or a fraction such as 3/4. No calculation, and no words but a unit.
- It is right: it is what the subject's answer is compared with.`,
    `### How to answer
Give the problem in a \`\`\`problem block and the number in an \`\`\`answer block, for example:

${block(
  "problem",
  "A baker sells 14 loaves in the morning and twice as many in the afternoon. Each loaf costs 3 coins. How many \
coins does the baker take in that day?",
)}

${block("answer", "126")}`,
    `### How it is judged
- It is hard. ${hardness(difficulty)}
- It is creative and unlike the reference problems below: another idea or another field of mathematics.

First devise a clear plan in your thoughts: which idea to test, and how it is solved. Solve the problem step by step \
before you give its answer.`,
  ];
  if (references.length > 0) {
    const shown = references.map(
      (task, index) =>
        `<problem_${index}>\n${block("problem", task.program)}\n${block("answer", task.outputs[0] ?? "")}\n</problem_${index}>`,
    );
    parts.push(`### Reference problems\n\n${shown.join("\n\n")}`);
  }
  return parts.join("\n\n");
}
