import { readProgram } from "../../program.ts";
import { type Proposal, readInput } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { ProgramRequest, Prompt } from "../prompt.ts";
import { ALL_EXAMPLES, argumentCount, drawExamples } from "./worked-examples.ts";

/** Tasks shown at least, references and worked examples together. */
const SHOWN = 3;
/** Worked examples shown at least: they hold the shape when the references are poor. */
const WORKED = 2;

const HEADING = "# Task";
const OPENING = "def f(";

/**
 * References, then worked examples, then the start of a new task. A small model keeps to the shape of what
 * stands last, which is why the worked examples do.
 */
export function proposeProgramPrompt({ references, random }: ProgramRequest): Prompt {
  const worked = Math.max(WORKED, SHOWN - references.length);
  const tasks = [
    ...references.map(({ program, inputs }) => ({ program, input: inputs[0] ?? "" })),
    ...drawExamples(random, worked, argumentCount(random.pick(ALL_EXAMPLES))).map(({ program, calls }) => ({
      program,
      input: calls[0]?.[0] ?? "",
    })),
  ];
  const shown = tasks.map(
    ({ program, input }, i) => `${HEADING} ${i + 1}\n${program}\n\nanswer = f(${input})\n\n`,
  );
  return {
    text: `${shown.join("")}${HEADING} ${tasks.length + 1}\n${OPENING}`,
    opening: OPENING,
    stop: [`\n${HEADING}`, "\n```", "\n\n\n", "\nprint"],
  };
}

const CALL = /^answer[ \t]*=[ \t]*f\((.*)\)[ \t]*(?:#.*)?$/m;

/** A program, then a line `answer = f(...)`. What follows that line is ignored. */
export function readCompactProgram(text: string): Reading<Proposal> {
  const call = CALL.exec(text);
  const program = readProgram(call ? text.slice(0, call.index) : text);
  if (!program.ok) return program;
  if (!call) return rejected("no-input", "no line `answer = f(...)` after the program");
  const input = readInput(call[1] ?? "");
  if (!input.ok) return input;
  return found({ program: program.value, inputs: [input.value], message: null });
}
