import { type Reading, rejected } from "../../rejection.ts";
import type { Prompt, Response, ResponseReading } from "../prompt.ts";

const OPENING = "<think>";
const STOP = "</answer>";

/** The conversation that every question is put in; the model goes on inside its thoughts. */
export function wrap(question: string): Prompt {
  const text = `A conversation between User and Assistant. The User asks a question, and the Assistant solves it. \
The Assistant first thinks the question through and then gives the User the answer. The thoughts stand between \
<think> and </think> and the answer between <answer> and </answer>, like this: <think> thoughts </think> \
<answer> answer </answer>.

User: ${question}
Assistant: ${OPENING}`;
  return { text, opening: OPENING, stop: [STOP] };
}

const WELL_FORMED = /^<think>.*?<\/think>\s*<answer>.*?<\/answer>\s*$/s;

/**
 * Reads the last answer of a response. Generation stops at `</answer>`, so a stopped response is closed here.
 * Without an answer there is nothing to read; with one, but without well-placed tags, what it holds counts
 * although the format does not.
 */
export function unwrap<T>(response: Response, read: (answer: string) => Reading<T>): ResponseReading<T> {
  const closed = response.stopped ? response.text + STOP : response.text;
  const start = closed.lastIndexOf("<answer>");
  const end = closed.indexOf(STOP, start);
  if (start < 0 || end < 0)
    return { ...rejected("no-answer", "no <answer> ... </answer>"), formatted: false };
  const formatted = WELL_FORMED.test(closed);
  return { ...read(closed.slice(start + "<answer>".length, end)), formatted };
}
