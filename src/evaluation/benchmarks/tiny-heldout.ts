import * as v from "valibot";
import { parseArguments, parseLiteral, pythonEquals, pythonRepr } from "../../sandbox/literals.ts";
import {
  type Benchmark,
  failure,
  fenced,
  type JudgeContext,
  type Judgement,
  type Problem,
  RIGHT,
  type ShownProblem,
  wrong,
} from "../benchmark.ts";
import { readRecords } from "../records.ts";
import { callSource, type Limits, solutionJob, timed, valuesOf } from "../suites/solution.ts";
import { FUNCTION_STOP } from "./humaneval.ts";
import { TINY_GROUPS } from "./tiny-heldout-data.ts";

/** Tasks of small programs that the embedded model was never trained on (docs/tiny.md), in its own form and in words. */
const Record = v.object({
  id: v.string(),
  type: v.picklist(TINY_GROUPS),
  /** In the model's tags; of a completion, a function's head and docstring. */
  prompt: v.string(),
  request: v.string(),
  reference: v.string(),
  program: v.string(),
  /** Name of the function that is called. */
  entry: v.string(),
  /** Arguments and value of each call that judges, Python source: one of deduction and abduction. */
  calls: v.pipe(v.array(v.tuple([v.string(), v.string()])), v.minLength(1)),
});
type Record = v.InferOutput<typeof Record>;

export interface TinyProblem extends Problem, Record {
  id: string;
  prompt: string;
  request: string;
  reference: string;
  group: Record["type"];
}

const LIMITS: Limits = { cpuMs: 1_000, wallMs: 5_000 };

/** Reads the problems. Throws ModelLoadError naming file, line and field. */
export async function readTinyHeldout(path: string): Promise<Benchmark<TinyProblem>> {
  const records = await readRecords(path, Record, "tiny-heldout's JSONL");
  return {
    name: "tiny-heldout",
    problems: records.map((record) => ({ ...record, group: record.type })),
    stop: FUNCTION_STOP,
    maxTokens: { raw: 128, chat: 256, azr: 512 },
    answer: ({ type, prompt }, text, format) => {
      if (format === "raw") return type === "completion" ? prompt + text : readAnswer(prompt, text);
      return (/```[\w+-]*\n([\s\S]*?)(?:```|$)/.exec(text)?.[1] ?? text).trim();
    },
    judge: (problem, answer, context) => JUDGES[problem.type](problem, answer, context),
    shown,
  };
}

const ANSWER_TAG = "<ans>";
/** A response that thinks first. */
const THOUGHT = /^\s*<think>((?:(?!<ans>).)*)<ans>(.*)$/s;
const ANY_TAG = /<[A-Za-z]+>/;

/**
 * The answer in the model's own form, alone or behind one thought, as self-play reads it (docs/tiny.md); "" where a tag
 * stands that does not belong there. A prompt may hold the beginning of the thought.
 */
function readAnswer(prompt: string, text: string): string {
  const response = prompt.slice(prompt.lastIndexOf(ANSWER_TAG) + ANSWER_TAG.length) + text;
  const [thought, answer] = THOUGHT.exec(response)?.slice(1) ?? ["", response];
  return ANY_TAG.test(`${thought}${answer}`) ? "" : (answer ?? "");
}

/** The request with its code between fences, without how to answer, and the value, or every call that judges. */
function shown({ type, request, entry, calls }: TinyProblem): ShownProblem {
  const [words = "", ...code] = request.split("\n\n");
  const output = calls[0]?.[1] ?? "";
  const values = calls.map(([input, output]) => `${entry}(${input}) == ${output}`).join("\n");
  const expected =
    type === "deduction" ? output : type === "abduction" ? `${values}  # or other arguments` : values;
  return { task: `${words.replace(/ Answer with .*$/, "")}\n\n${fenced(code.join("\n\n"))}`, expected };
}

type Judge = (problem: TinyProblem, answer: string, context: JudgeContext) => Promise<Judgement>;

const JUDGES: { [type in Record["type"]]: Judge } = {
  deduction: async ({ calls }, answer) => {
    const value = parseLiteral(answer.trim());
    if (!value) return wrong("the answer is no literal", "no-answer");
    return pythonEquals(value, literal(calls[0]?.[1]))
      ? RIGHT
      : wrong(`answered ${pythonRepr(value).slice(0, 200)}`);
  },
  abduction: async ({ program, entry, calls }, answer, context) => {
    const input = parseArguments(answer.trim());
    if (!input) return wrong("the answer is no list of literals", "no-answer");
    return await runs(program, [[callSource(entry, input), calls[0]?.[1] ?? ""]], context);
  },
  induction: givesTheCalls,
  completion: givesTheCalls,
};

async function givesTheCalls({ entry, calls }: TinyProblem, answer: string, context: JudgeContext) {
  return await runs(
    answer,
    calls.map(([input, output]) => [`${entry}(${input})`, output]),
    context,
  );
}

/** Whether each call of a program gives its value; what is expected stays on the host. */
async function runs(
  program: string,
  calls: readonly (readonly [call: string, expected: string])[],
  { executor, signal }: JudgeContext,
): Promise<Judgement> {
  const job = solutionJob(
    program,
    calls.map(([call]) => call),
    LIMITS,
  );
  const result = timed(await executor.run(job, signal), LIMITS);
  const values = valuesOf(result, LIMITS);
  if (!values || values.length !== calls.length) return failure(result);
  for (const [i, [call, expected]] of calls.entries()) {
    const value = values[i];
    if (value && pythonEquals(value, literal(expected))) continue;
    return wrong(`${call} gave ${value ? pythonRepr(value).slice(0, 200) : "nothing"}`);
  }
  return RIGHT;
}

/** The file's own values are literals. */
function literal(text = ""): NonNullable<ReturnType<typeof parseLiteral>> {
  const value = parseLiteral(text);
  if (!value) throw new RangeError(`${text} is no Python literal`);
  return value;
}
