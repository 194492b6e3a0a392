import type { TaskType } from "../../../interfaces/role.ts";
import { readProblem } from "../../problem.ts";
import { readProgram } from "../../program.ts";
import { readInput, readInputs, readMessage } from "../../proposal.ts";
import { found, rejected } from "../../rejection.ts";
import type { PromptStyle } from "../prompt.ts";
import { blocksOf, programBlock } from "./blocks.ts";
import { inputsQuestion } from "./propose-inputs.ts";
import { problemQuestion } from "./propose-problem.ts";
import { programQuestion } from "./propose-program.ts";
import { solveQuestion } from "./solve.ts";
import { advised } from "./strategies.ts";
import { unwrap, wrap } from "./wrapper.ts";

/** Block that an answer stands in; an induction's is a program. */
const ANSWER_TAG: Record<Exclude<TaskType, "induction">, string> = {
  deduction: "output",
  abduction: "input",
  "error-deduction": "error",
  mathematics: "answer",
};

/**
 * Absolute Zero's prompts (arXiv 2505.03335, appendix): a conversation without a chat template, thoughts and
 * answer in tags, fenced blocks within the answer.
 */
export const full: PromptStyle = {
  proposeProgram: (request) => wrap(programQuestion(request)),

  readProgramProposal: (response) =>
    unwrap(response, (answer) => {
      const source = programBlock(answer, "first");
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

  proposeProblem: (request) => wrap(problemQuestion(request)),

  readProblemProposal: (response) =>
    unwrap(response, (answer) => readProblem(blocksOf(answer, "problem")[0], blocksOf(answer, "answer")[0])),

  solve: (type, exercise, strategy = "direct") =>
    wrap(advised(solveQuestion(type, exercise), type, strategy)),

  /** The last block of the wanted kind, or the whole answer when there is none. */
  readAnswer: (type, response) =>
    unwrap(response, (answer) => {
      if (type === "induction") {
        const program = programBlock(answer, "last");
        return program === undefined ? rejected("no-program", "no ```python block") : found(program.trim());
      }
      return found((blocksOf(answer, ANSWER_TAG[type]).at(-1) ?? answer).trim());
    }),

  readChecks: ({ text }) =>
    blocksOf(text, "tests").flatMap((block) =>
      [...block.matchAll(/^assert[ \t]+(.+)$/gm)].map((match) => (match[1] ?? "").trim()),
    ),
};
