import { type Proposal, readInputs, readMessage } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { InputsRequest, Prompt } from "../prompt.ts";
import { WORKED_EXAMPLES } from "./worked-examples.ts";

const WORKED = 2;
const OPENING = "# What it does:";

/** Worked examples, then the program, then the start of the message; the calls follow the message. */
export function proposeInputsPrompt({ program, count, random }: InputsRequest): Prompt {
  const worked = random.sample(WORKED_EXAMPLES, WORKED).map((example, i) => {
    const calls = example.calls.slice(0, count).map(([input]) => `f(${input})`);
    return `${head(i + 1, example.program)} ${example.message}\n# ${count} different calls:\n${calls.join("\n")}\n\n`;
  });
  return {
    text: `${worked.join("")}${head(WORKED + 1, program)}`,
    opening: OPENING,
    stop: ["\n# Program", "\n\n"],
  };
}

function head(number: number, program: string): string {
  return `# Program ${number}\n${program}\n\n${OPENING}`;
}

export function readCompactInputs(
  text: string,
  { program, count }: Pick<InputsRequest, "program" | "count">,
): Reading<Proposal> {
  const messageLine = /^# What it does:(.*)$/m.exec(text);
  if (!messageLine) return rejected("no-message");
  const message = readMessage(messageLine[1] ?? "");
  if (!message.ok) return message;
  const calls = [...text.matchAll(/^f\((.*)\)[ \t]*(?:#.*)?$/gm)].map((match) => match[1] ?? "");
  if (calls.length === 0) return rejected("no-input", "no line `f(...)` after the message");
  const inputs = readInputs(calls, count);
  if (!inputs.ok) return inputs;
  return found({ program, inputs: inputs.value, message: message.value });
}
