import type { TaskType } from "../../../interfaces/role.ts";
import { excerpt } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { Exercise, Prompt } from "../prompt.ts";
import { PART_TAGS, parts, prompt, ROLE_TAGS, type TaggedType } from "./tags.ts";

const { program: programTag, input, output, message: messageTag } = PART_TAGS;

const TEXTS: Record<TaggedType, (exercise: Exercise) => string> = {
  deduction: ({ program, inputs }) => `${programTag}${program}${input}${inputs[0] ?? ""}`,
  abduction: ({ program, outputs }) => `${programTag}${program}${output}${outputs[0] ?? ""}`,
  induction: ({ inputs, outputs, message }) => {
    const pairs = inputs.map((each, i) => `${input}${each}${output}${outputs[i] ?? ""}`);
    return `${pairs.join("")}${message === null ? "" : `${messageTag}${message}`}`;
  },
};

/** The task as far as the answer, which is a value, arguments or a program and nothing else. */
export function solvePrompt(type: TaggedType, exercise: Exercise): Prompt {
  return prompt(`${ROLE_TAGS.solve[type]}${TEXTS[type](exercise)}`);
}

export function readTaggedAnswer(type: TaskType, text: string): Reading<string> {
  const [answer, more] = parts(text);
  if (answer?.tag !== "") {
    return rejected("no-answer", answer ? `begins with ${answer.tag}` : "nothing was written");
  }
  if (more) return rejected("no-answer", `goes on with ${more.tag}${excerpt(more.text)}`);
  return found(type === "induction" ? answer.text : answer.text.trim());
}
