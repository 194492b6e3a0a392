import type { TaskType } from "../../../interfaces/role.ts";
import { excerpt } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { Exercise, Prompt } from "../prompt.ts";
import { PART_TAGS, parts, prompt, ROLE_TAGS, type TaggedType } from "./tags.ts";

const {
  program: programTag,
  input,
  output,
  message: messageTag,
  thought: thoughtTag,
  answer: answerTag,
} = PART_TAGS;

const TEXTS: Record<TaggedType, (exercise: Exercise) => string> = {
  deduction: ({ program, inputs }) => `${programTag}${program}${input}${inputs[0] ?? ""}`,
  abduction: ({ program, outputs }) => `${programTag}${program}${output}${outputs[0] ?? ""}`,
  induction: ({ inputs, outputs, message }) => {
    const pairs = inputs.map((each, i) => `${input}${each}${output}${outputs[i] ?? ""}`);
    return `${pairs.join("")}${message === null ? "" : `${messageTag}${message}`}`;
  },
};

/** The task as far as the answer: a value, arguments or a program, alone or behind a thought. */
export function solvePrompt(type: TaggedType, exercise: Exercise): Prompt {
  return prompt(`${ROLE_TAGS.solve[type]}${TEXTS[type](exercise)}`);
}

/** What a solver answers that writes down how it comes to its answer. */
export function writeThoughtAnswer(thought: string, answer: string): string {
  return `${thoughtTag}${thought}${answerTag}${answer}`;
}

/** The answer, directly or behind a thought, which is not looked at. */
export function readTaggedAnswer(type: TaskType, text: string): Reading<string> {
  const [first, ...rest] = parts(text);
  const thinks = first?.tag === thoughtTag;
  const [answer, more] = thinks ? rest : [first, ...rest];
  if (!answer) return rejected("no-answer", thinks ? `ends within ${thoughtTag}` : "nothing was written");
  if (answer.tag !== (thinks ? answerTag : "")) return rejected("no-answer", `begins with ${answer.tag}`);
  if (answer.text.trim() === "") return rejected("no-answer", `nothing was written behind ${answerTag}`);
  if (more) return rejected("no-answer", `goes on with ${more.tag}${excerpt(more.text)}`);
  return found(type === "induction" ? answer.text : answer.text.trim());
}
