import { type Proposal, readInputs, readMessage } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { InputsRequest, Prompt } from "../prompt.ts";
import { WORKED_EXAMPLES } from "./worked-examples.ts";

const WORKED = 2;
const HEADING = "# Program";
const MESSAGE = "What it does:";

/**
 * Worked examples, then the program, then a numbered list of calls to go on with; the message follows it. The
 * list starts with the call that the program came with, which shows how many arguments it takes.
 */
export function proposeInputsPrompt({ program, known, count, random }: InputsRequest): Prompt {
  const opening = `1. f(${known})\n2. f(`;
  const worked = random.sample(WORKED_EXAMPLES, WORKED).map((example, i) => {
    const calls = example.calls.slice(0, count).map(([input], c) => `${c + 1}. f(${input})`);
    return `${head(i + 1, example.program, count)}${calls.join("\n")}\n${MESSAGE} ${example.message}\n\n`;
  });
  return {
    text: `${worked.join("")}${head(WORKED + 1, program, count)}${opening}`,
    opening,
    stop: [`\n${HEADING}`, "\n\n"],
  };
}

function head(number: number, program: string, count: number): string {
  return `${HEADING} ${number}\n${program}\n\n${count} different calls:\n`;
}

export function readCompactInputs(
  text: string,
  { program, count }: Pick<InputsRequest, "program" | "count">,
): Reading<Proposal> {
  const calls = [...text.matchAll(/^\d+\. f\((.*)\)[ \t]*(?:#.*)?$/gm)].map((match) => match[1] ?? "");
  if (calls.length === 0) return rejected("no-input", "no line `1. f(...)`");
  const inputs = readInputs(calls, count);
  if (!inputs.ok) return inputs;
  const line = text.split("\n").find((each) => each.startsWith(MESSAGE));
  const message = readMessage(line?.slice(MESSAGE.length) ?? "");
  if (!message.ok) return message;
  return found({ program, inputs: inputs.value, message: message.value });
}
