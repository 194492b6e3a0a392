import type { TaskType } from "../../../interfaces/role.ts";
import { readInput } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { Exercise, Prompt } from "../prompt.ts";
import { ERROR_EXAMPLES } from "./error-examples.ts";
import { solveProblemPrompt } from "./problems.ts";
import { argumentCount, WORKED_EXAMPLES, type WorkedExample } from "./worked-examples.ts";

/** Pairs of an induction's worked example that are shown. */
const PAIRS = 3;
/** Worked examples of error-deduction: with fewer, a small model answers "Error". */
const ERRORS = 6;
const HEADING = "# Write f:";
const ENTRY = "def f(";

/** Worked examples, then the task as far as the answer, as an assertion to complete. */
export function solvePrompt(type: TaskType, exercise: Exercise): Prompt {
  return LAYOUTS[type](shots(type, exercise), exercise);
}

const { addFive, evenSum, exclaim, gcd, product, rotate, wordLengths } = WORKED_EXAMPLES;

/**
 * Worked examples of each type: simple ones, with arguments and outputs of more than one kind. Where arguments
 * or a function are to be written, they take as many as the task's do, which its program or its pairs show.
 */
function shots(type: TaskType, { inputs }: Exercise): readonly WorkedExample[] {
  if (type === "mathematics" || type === "error-deduction") return [];
  const two = argumentCount(inputs[0] ?? "") === 2;
  if (type === "deduction") return [addFive, product, wordLengths];
  if (type === "abduction") return two ? [product, rotate, gcd] : [addFive, exclaim, evenSum];
  return two ? [gcd, product] : [exclaim, wordLengths];
}

const LAYOUTS: Record<TaskType, (worked: readonly WorkedExample[], exercise: Exercise) => Prompt> = {
  deduction: (worked, { program, inputs }) => ({
    text: [
      ...worked.map((w) => `${w.program}\n\nassert f(${w.calls[0]?.[0]}) == ${w.calls[0]?.[1]}\n\n`),
      `${program}\n\nassert f(${inputs[0]}) ==`,
    ].join("\n"),
    opening: "",
    stop: ["\n"],
  }),

  abduction: (worked, { program, outputs }) => ({
    text: [
      ...worked.map(
        (w) => `${abductionHead(w.program, w.calls[0]?.[1])}${w.calls[0]?.[0]}) == ${w.calls[0]?.[1]}\n\n`,
      ),
      abductionHead(program, outputs[0]),
    ].join("\n"),
    opening: "",
    stop: [") ==", "\n"],
  }),

  "error-deduction": (_, { program, inputs }) => ({
    text: [
      ...ERROR_EXAMPLES.slice(0, ERRORS).map((w) => `${errorHead(w.program, w.input)} ${w.error}\n\n`),
      errorHead(program, inputs[0]),
    ].join("\n"),
    opening: "",
    stop: ["\n"],
  }),

  mathematics: (_, { program }) => solveProblemPrompt(program),

  induction: (worked, { message, inputs, outputs }) => ({
    text: [
      ...worked.map(
        (w) => `${inductionHead(w.message, w.calls.slice(0, PAIRS))}${w.program.slice(ENTRY.length)}\n\n`,
      ),
      inductionHead(
        message,
        inputs.map((input, i) => [input, outputs[i] ?? ""] as const),
      ),
    ].join("\n"),
    opening: ENTRY,
    stop: [`\n${HEADING}`, "\nassert", "\nprint", "\n#", "\n\n\n"],
  }),
};

function errorHead(program: string, input: string | undefined): string {
  return `${program}\n\nf(${input})\n# ends in:`;
}

function abductionHead(program: string, output: string | undefined): string {
  return `${program}\n\n# f gives ${output} for:\nassert f(`;
}

function inductionHead(message: string | null, pairs: readonly (readonly [string, string])[]): string {
  const lines = pairs.map(([input, output]) => `# f(${input}) == ${output}`);
  return `${HEADING} ${message ?? ""}\n${lines.join("\n")}\n${ENTRY}`;
}

/** What stands before the stop. An abduction that the model ended with its line still has the call's bracket. */
export function readCompactAnswer(type: TaskType, text: string): Reading<string> {
  if (type === "induction") return found(text);
  const line = text.trim().split("\n")[0] ?? "";
  const closed = type === "abduction" && !readInput(line).ok;
  const answer = (closed ? line.replace(/\)\s*(?:#.*)?$/, "") : line).trim();
  return answer === "" ? rejected("no-answer") : found(answer);
}
