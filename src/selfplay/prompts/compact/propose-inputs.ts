import { excerpt, type Proposal, readInputs, readMessage } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { InputsRequest, Prompt } from "../prompt.ts";
import { readCall } from "./call.ts";
import { argumentCount, drawExamples } from "./worked-examples.ts";

const WORKED = 2;
const HEADING = "# Program";
const OPENING = "What it does:";

/**
 * Worked examples, then the program with a call that it is known to run on, then the start of the message; the
 * calls follow it as a numbered list, without which a small model does not come to the wanted number.
 */
export function proposeInputsPrompt({ program, known, count, random }: InputsRequest): Prompt {
  const worked = drawExamples(random, WORKED, argumentCount(known)).map((example, i) => {
    const calls = example.calls.slice(0, count).map(([input], c) => `${c + 1}. f(${input})`);
    const first = example.calls.at(-1)?.[0] ?? "";
    return `${head(i + 1, example.program, first)} ${example.message}\n${calls.join("\n")}\n\n`;
  });
  return {
    text: `${worked.join("")}${head(WORKED + 1, program, known)}`,
    opening: OPENING,
    stop: [`\n${HEADING}`, "\n\n"],
  };
}

function head(number: number, program: string, known: string): string {
  return `${HEADING} ${number}\n${program}\n\nanswer = f(${known})\n\n${OPENING}`;
}

export function readCompactInputs(
  text: string,
  { program, count }: Pick<InputsRequest, "program" | "count">,
): Reading<Proposal> {
  const line = text.split("\n").find((each) => each.startsWith(OPENING));
  const message = readMessage(line?.slice(OPENING.length) ?? "");
  if (!message.ok) return message;
  const lines = [...text.matchAll(/^\d+\. f\((.*)$/gm)];
  if (lines.length === 0) return rejected("no-input", "no line `1. f(...)`");
  const calls: string[] = [];
  for (const line of lines) {
    const call = readCall(line[1] ?? "");
    if (!call.ok) return rejected(call.rejection.reason, `${excerpt(line[0])}: ${call.rejection.detail}`);
    calls.push(call.value);
  }
  const inputs = readInputs(calls, count);
  if (!inputs.ok) return inputs;
  return found({ program, inputs: inputs.value, message: message.value });
}
