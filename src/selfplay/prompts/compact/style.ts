import type { Reading } from "../../rejection.ts";
import type { PromptStyle, ResponseReading } from "../prompt.ts";
import { proposeProblemPrompt, readCompactProblem } from "./problems.ts";
import { proposeInputsPrompt, readCompactInputs } from "./propose-inputs.ts";
import { proposeProgramPrompt, readCompactProgram } from "./propose-program.ts";
import { readCompactAnswer, solvePrompt } from "./solve.ts";
import { compactChecks, readThinkingAnswer, thinkingPrompt } from "./strategies.ts";

/**
 * Plain text to go on from, for small models and small contexts: a few tasks, then the start of one more. The
 * format is the code's own, so whatever can be read is well-formed.
 */
export const compact: PromptStyle = {
  proposeProgram: proposeProgramPrompt,
  readProgramProposal: (response) => whole(readCompactProgram(response.text)),
  proposeInputs: proposeInputsPrompt,
  readInputsProposal: (response, request) => whole(readCompactInputs(response.text, request)),
  proposeProblem: proposeProblemPrompt,
  readProblemProposal: (response) => whole(readCompactProblem(response.text)),
  solve: (type, exercise, strategy = "direct") =>
    strategy === "direct" ? solvePrompt(type, exercise) : thinkingPrompt(type, exercise, strategy),
  readAnswer: (type, { text }, strategy = "direct") =>
    whole(strategy === "direct" ? readCompactAnswer(type, text) : readThinkingAnswer(type, text)),
  readChecks: ({ text }) => compactChecks(text),
};

function whole<T>(reading: Reading<T>): ResponseReading<T> {
  return { ...reading, formatted: reading.ok };
}
