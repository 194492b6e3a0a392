import { readProgram } from "../../program.ts";
import { readInput, readInputs, readMessage } from "../../proposal.ts";
import { found, rejected } from "../../rejection.ts";
import type { PromptStyle } from "../prompt.ts";
import { blocksOf } from "./blocks.ts";
import { inputsQuestion } from "./propose-inputs.ts";
import { programQuestion } from "./propose-program.ts";
import { solveQuestion } from "./solve.ts";
import { unwrap, wrap } from "./wrapper.ts";

const ANSWER_TAG = { deduction: "output", abduction: "input", induction: "python" } as const;

/**
 * Absolute Zero's prompts (arXiv 2505.03335, appendix): a conversation without a chat template, thoughts and
 * answer in tags, fenced blocks within the answer.
 */
export const full: PromptStyle = {
  proposeProgram: (request) => wrap(programQuestion(request)),

  readProgramProposal: (response) =>
    unwrap(response, (answer) => {
      const source = blocksOf(answer, "python", "py")[0];
      if (source === undefined) return rejected("no-program", "no ```python block");
      const program = readProgram(source);
      if (!program.ok) return program;
      const inputBlock = blocksOf(answer, "input")[0];
      if (inputBlock === undefined) return rejected("no-input", "no ```input block");
      const input = readInput(inputBlock);
      if (!input.ok) return input;
      return found({ program: program.value, inputs: [input.value], message: null });
    }),

  proposeInputs: (request) => wrap(inputsQuestion(request)),

  readInputsProposal: (response, { program, count }) =>
    unwrap(response, (answer) => {
      const inputs = readInputs(blocksOf(answer, "input"), count);
      if (!inputs.ok) return inputs;
      const message = readMessage(blocksOf(answer, "message").at(-1) ?? "");
      if (!message.ok) return message;
      return found({ program, inputs: inputs.value, message: message.value });
    }),

  solve: (type, exercise) => wrap(solveQuestion(type, exercise)),

  /** The last block of the wanted kind, or the whole answer when there is none. */
  readAnswer: (type, response) =>
    unwrap(response, (answer) => {
      const tags = type === "induction" ? ["python", "py"] : [ANSWER_TAG[type]];
      const content = blocksOf(answer, ...tags).at(-1);
      if (content === undefined && type === "induction") return rejected("no-program", "no ```python block");
      return found((content ?? answer).trim());
    }),
};
