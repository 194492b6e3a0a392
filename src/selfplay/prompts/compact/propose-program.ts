import type { RandomStream } from "../../../random/stream.ts";
import { readProgram } from "../../program.ts";
import type { Proposal } from "../../proposal.ts";
import { found, type Reading, rejected } from "../../rejection.ts";
import type { ProgramRequest, Prompt } from "../prompt.ts";
import { readCall } from "./call.ts";
import { COMPOSITE_EXAMPLE } from "./composite-example.ts";
import { drawErrorExamples } from "./error-examples.ts";
import { ALL_EXAMPLES, argumentCount, drawExamples } from "./worked-examples.ts";

/** Tasks shown at least, references and worked examples together. */
const SHOWN = 3;
/** Worked examples shown at least: they hold the shape when the references are poor. */
const WORKED = 2;

const HEADING = "# Task";
const OPENING = "def f(";

/** A task as it is shown: a program and a call; of error-deduction with what it ends in. */
interface Shown {
  program: string;
  input: string;
  error?: string;
  /** Given functions that stand before its f. */
  calls?: readonly string[];
}

/**
 * References, then worked examples, then the start of a new task; functions that it has to call stand before
 * that. A small model keeps to the shape of what stands last, which is why the worked examples do.
 */
export function proposeProgramPrompt({ type, references, given, random }: ProgramRequest): Prompt {
  const worked = Math.max(WORKED, SHOWN - references.length);
  const errors = type === "error-deduction";
  const tasks: Shown[] = [
    ...references.map(({ program, inputs, outputs }) => ({
      program,
      input: inputs[0] ?? "",
      ...(errors ? { error: outputs[0] ?? "" } : {}),
    })),
    ...(errors ? drawErrorExamples(random, worked) : drawTasks(random, worked)),
  ];
  if (given.length > 0) {
    const { names, given: source, ...example } = COMPOSITE_EXAMPLE;
    tasks.push({
      program: `${source}\n\n\n${example.program}`,
      input: example.input,
      ...(errors ? { error: example.error } : {}),
      calls: names,
    });
  }
  const shown = tasks.map(
    ({ program, input, error, calls }, i) =>
      `${HEADING} ${i + 1}${note(calls)}\n${program}\n\nanswer = f(${input})${error ? `  # ${error}` : ""}\n\n`,
  );
  const own = note(given.map(({ name }) => name));
  const functions = given.map(({ source }) => `${source}\n\n\n`).join("");
  return {
    text: `${shown.join("")}${HEADING} ${tasks.length + 1}${own}\n${functions}${OPENING}`,
    opening: OPENING,
    stop: [`\n${HEADING}`, "\n```", "\n\n\n", "\nprint"],
  };
}

function note(calls: readonly string[] = []): string {
  return calls.length > 0 ? `: f calls ${calls.join(", ")}` : "";
}

function drawTasks(random: RandomStream, count: number): Shown[] {
  return drawExamples(random, count, argumentCount(random.pick(ALL_EXAMPLES))).map(({ program, calls }) => ({
    program,
    input: calls[0]?.[0] ?? "",
  }));
}

const CALL = /^answer[ \t]*=[ \t]*f\(/m;

/** A program, then a line `answer = f(...)`. What follows that line is ignored. */
export function readCompactProgram(text: string): Reading<Proposal> {
  const call = CALL.exec(text);
  const program = readProgram(call ? text.slice(0, call.index) : text);
  if (!program.ok) return program;
  if (!call) return rejected("no-input", "no line `answer = f(...)` after the program");
  const input = readCall(text.slice(call.index + call[0].length));
  if (!input.ok) return input;
  return found({ program: program.value, inputs: [input.value], message: null });
}
