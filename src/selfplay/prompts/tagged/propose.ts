import { readProgram } from "../../program.ts";
import type { Proposal } from "../../proposal.ts";
import { excerpt, readInput, readInputs, readMessage } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { InputsRequest, ProgramRequest, Prompt } from "../prompt.ts";
import { PART_TAGS, parts, prompt, ROLE_TAGS, type TaggedType } from "./tags.ts";

const { reference, program: programTag, input: inputTag, output, message: messageTag } = PART_TAGS;

/** References with an input and its output each, then the answer's place. */
export function proposeProgramPrompt({ type, references }: ProgramRequest): Prompt {
  const shown = references.map(
    ({ program, inputs, outputs }) =>
      `${reference}${program}${inputTag}${inputs[0] ?? ""}${output}${outputs[0] ?? ""}`,
  );
  return prompt(`${ROLE_TAGS.propose[type as Exclude<TaggedType, "induction">]}${shown.join("")}`);
}

/** What a proposer of deduction or abduction answers. */
export function writeProgramProposal(program: string, input: string): string {
  return `${programTag}${program}${inputTag}${input}`;
}

export function readTaggedProgram(text: string): Reading<Proposal> {
  const [code, call, ...more] = parts(text);
  if (code?.tag !== programTag) return rejected("no-program", `no ${programTag} at the start`);
  const program = readProgram(code.text);
  if (!program.ok) return program;
  if (call?.tag !== inputTag || more.length > 0) {
    return rejected("no-input", `expected one ${inputTag} behind the program, and nothing more`);
  }
  const input = readInput(call.text);
  if (!input.ok) return input;
  return found({ program: program.value, inputs: [input.value], message: null });
}

/** The program alone; the response is inputs and a message. */
export function proposeInputsPrompt({ program }: InputsRequest): Prompt {
  return prompt(`${ROLE_TAGS.propose.induction}${programTag}${program}`);
}

/** What a proposer of induction answers. */
export function writeInputsProposal(inputs: readonly string[], message: string): string {
  return `${inputs.map((input) => `${inputTag}${input}`).join("")}${messageTag}${message}`;
}

export function readTaggedInputs(
  text: string,
  { program, count }: Pick<InputsRequest, "program" | "count">,
): Reading<Proposal> {
  const all = parts(text);
  const last = all.pop();
  if (last?.tag !== messageTag) return rejected("no-message", `no ${messageTag} at the end`);
  const message = readMessage(last.text);
  if (!message.ok) return message;
  const stray = all.find(({ tag }) => tag !== inputTag);
  if (stray) return rejected("no-input", `expected ${inputTag}, got ${excerpt(stray.tag || stray.text)}`);
  const inputs = readInputs(
    all.map((part) => part.text),
    count,
  );
  if (!inputs.ok) return inputs;
  return found({ program, inputs: inputs.value, message: message.value });
}
