import * as v from "valibot";
import { ConfigError, ModelLoadError } from "../../errors/index.ts";
import { type Benchmark, type Judgement, type Problem, RIGHT, wrong } from "../benchmark.ts";
import { readLines } from "../records.ts";
import { WORKED_PROBLEMS } from "./gsm8k-shots.ts";

/** GSM8K (Cobbe et al., arXiv 2110.14168): school mathematics in words; the answer stands after `####`. */
const Record = v.object({ question: v.string(), answer: v.string() });

export interface Gsm8kProblem extends Problem {
  question: string;
  /** The number, as the official normalisation leaves it. */
  expected: string;
}

const OFFICIAL = /#### (-?[0-9.,]+)/;

/** Reads the original JSONL, gzip or not. With `shots` 8 the prompt shows eight worked problems of this project. */
export async function readGsm8k(path: string, { shots = 0 } = {}): Promise<Benchmark<Gsm8kProblem>> {
  if (shots !== 0 && shots !== WORKED_PROBLEMS.length) {
    throw new ConfigError(`GSM8K has 0 or ${WORKED_PROBLEMS.length} shots, not ${shots}.`, {
      mend: `Give --shots ${WORKED_PROBLEMS.length}, or leave it out.`,
    });
  }
  const problems: Gsm8kProblem[] = [];
  const shown = WORKED_PROBLEMS.slice(0, shots).map(
    ({ question, answer }) => `Question: ${question}\nAnswer: ${answer}\n\n`,
  );
  for await (const { record, place } of readLines(path, Record, "GSM8K's JSONL")) {
    const expected = officialAnswer(record.answer);
    if (expected === undefined) {
      throw new ModelLoadError(`${place}: field answer: expected a line "#### number".`, {
        mend: "Expected GSM8K's JSONL.",
      });
    }
    problems.push({
      id: `GSM8K/${problems.length}`,
      prompt: `${shown.join("")}Question: ${record.question}\nAnswer:`,
      request: `${shown.join("")}${record.question}\n\nThink step by step. End with a line that holds #### and the number alone, such as: #### 42`,
      reference: ` ${record.answer}`,
      question: record.question,
      expected,
    });
  }
  return {
    name: "gsm8k",
    problems,
    stop: ["\nQuestion:", "\n\nQ:"],
    maxTokens: { raw: 320, chat: 512, azr: 1024 },
    // The official form is kept, so that the judge can tell it from a number found elsewhere.
    answer: (_, text) => OFFICIAL.exec(text)?.[0] ?? numberIn(text),
    judge: async ({ expected }, answer) => judge(expected, answer),
    shown: ({ question, expected }) => ({ task: question, expected }),
  };
}

/**
 * No program: an answer is a number, and it is compared here. The aspect `strict` is the official score: the number
 * after `####`, as the official normalisation leaves it, and no other.
 */
function judge(expected: string, answer: string): Judgement {
  const aspects = { strict: officialAnswer(answer) === expected };
  const given = numberIn(answer);
  if (given === "") return { ...wrong("no number in the answer", "no-answer"), aspects };
  return { ...(given === expected ? RIGHT : wrong(`answered ${given}`)), aspects };
}

/** The number after `####`, its commas taken away: the official normalisation, and nothing more. */
function officialAnswer(text: string): string | undefined {
  return OFFICIAL.exec(text)?.[1]?.replaceAll(",", "");
}

/**
 * The answer of a response: after `####` where it stands; else after "the answer is", in `\boxed{}`, or the last number
 * that it holds. A full stop after it is no part of it.
 */
export function numberIn(text: string): string {
  const number = String.raw`\$?(-?\$?[0-9][0-9.,]*)`;
  const found =
    officialAnswer(text) ??
    new RegExp(String.raw`####\s*${number}`).exec(text)?.[1] ??
    last(text, new RegExp(String.raw`answer is:?\s*${number}`, "gi")) ??
    last(text, new RegExp(String.raw`\\boxed\{\s*${number}\s*\}`, "g")) ??
    last(text, new RegExp(number, "g"));
  return (found ?? "").replaceAll(/[,$]/g, "").replace(/\.$/, "");
}

function last(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}
