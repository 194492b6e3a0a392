import type { TaskType } from "../../../src/interfaces/role.ts";
import { stream } from "../../../src/random/stream.ts";
import { parseLiteral } from "../../../src/sandbox/literals.ts";
import { readProgram } from "../../../src/selfplay/program.ts";
import type { ResponseReading } from "../../../src/selfplay/prompts/prompt.ts";
import { promptStyle } from "../../../src/selfplay/prompts/registry.ts";
import { type Proposal, readInput } from "../../../src/selfplay/proposal.ts";
import { readErrorName } from "../../../src/selfplay/tasks/error-deduction.ts";
import { parseNumber } from "../../../src/selfplay/tasks/number.ts";
import { TASK_KINDS } from "../../../src/selfplay/tasks/registry.ts";

/** One output of a real model, with what must be made of it. See README.md. */
export interface CorpusRow {
  style: "full" | "compact" | "tagged";
  role: "propose" | "solve";
  type: TaskType;
  temperature: number;
  /** The text that the model went on from and that belongs to its response. */
  opening: string;
  text: string;
  stopped: boolean;
  /** The program of an induction's proposal. */
  program?: string;
  /** The output was cut by the limit; it is read as if it had ended there. */
  closed?: true;
  /** `ok`, or the reason of the rejection. */
  expected: string;
  /** The parser of the time said otherwise, and was changed. */
  corrected?: true;
  /** Why the verdict is what it is, where it is not plain to see. */
  note?: string;
}

/** Inputs that an induction's proposer was asked for. */
const INPUTS = 4;

/** What parsing alone, without a sandbox, makes of an output. */
export function corpusVerdict(row: CorpusRow): { verdict: string; detail: string } {
  const reading = row.role === "propose" ? proposal(row) : answer(row);
  if (!reading.ok) return { verdict: reading.rejection.reason, detail: reading.rejection.detail };
  if (row.role === "propose") return { verdict: "ok", detail: "" };
  return { verdict: answerFormat(row.type, reading.value as string), detail: "" };
}

function proposal({
  style,
  type,
  opening,
  text,
  stopped,
  program = "",
}: CorpusRow): ResponseReading<Proposal> {
  return TASK_KINDS[type].readProposal(
    { text: opening + text, stopped },
    {
      style: promptStyle(style),
      references: [{ program } as never],
      given: [],
      difficulty: null,
      inductionInputs: INPUTS,
      forbiddenModules: [],
      random: stream(0),
    },
  );
}

function answer({ style, type, opening, text, stopped }: CorpusRow): ResponseReading<string> {
  return promptStyle(style).readAnswer(type, { text: opening + text, stopped });
}

/** `ok`, or why an answer cannot be graded. */
function answerFormat(type: TaskType, text: string): string {
  if (type === "induction") {
    const program = readProgram(text);
    return program.ok ? "ok" : program.rejection.reason;
  }
  if (type === "deduction") return parseLiteral(text) ? "ok" : "not-literal";
  if (type === "abduction") return readInput(text).ok ? "ok" : "not-literal";
  if (type === "mathematics") return parseNumber(text) ? "ok" : "not-number";
  return readErrorName(text) === undefined ? "not-error-name" : "ok";
}
