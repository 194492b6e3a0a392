import type { Prompt } from "../prompt.ts";

/** Tags that open a text: who speaks, proposer or solver, and of which type of task. */
export const ROLE_TAGS = {
  propose: { deduction: "<PD>", abduction: "<PA>", induction: "<PI>" },
  solve: { deduction: "<SD>", abduction: "<SA>", induction: "<SI>" },
} as const;

/**
 * Tags that open a part of a text; `answer` stands where the response begins, and where the answer does in one that
 * thinks first.
 */
export const PART_TAGS = {
  reference: "<ref>",
  program: "<code>",
  input: "<in>",
  output: "<out>",
  message: "<msg>",
  thought: "<think>",
  answer: "<ans>",
} as const;

/** Every tag: single tokens of a model that is trained on this style. */
export const TAGS: readonly string[] = [
  ...Object.values(ROLE_TAGS.propose),
  ...Object.values(ROLE_TAGS.solve),
  ...Object.values(PART_TAGS),
];

/** The types that the style has texts for. */
export type TaggedType = keyof typeof ROLE_TAGS.solve;

/** A text as far as the answer; the model's end token ends the response. */
export function prompt(text: string): Prompt {
  return { text: `${text}${PART_TAGS.answer}`, opening: "", stop: [] };
}

export interface Part {
  tag: string;
  text: string;
}

const ANY_TAG = new RegExp(`(${TAGS.join("|")})`);

/** A response cut at its tags. What stands before the first tag has the tag "". */
export function parts(text: string): Part[] {
  const [before = "", ...rest] = text.split(ANY_TAG);
  const all: Part[] = before.trim() === "" ? [] : [{ tag: "", text: before }];
  for (let i = 0; i < rest.length; i += 2) all.push({ tag: rest[i] as string, text: rest[i + 1] as string });
  return all;
}
