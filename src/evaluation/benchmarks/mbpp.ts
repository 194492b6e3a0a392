import * as v from "valibot";
import { ConfigError, ModelLoadError } from "../../errors/index.ts";
import type { Benchmark, Problem } from "../benchmark.ts";
import { extractCode } from "../prompts/code.ts";
import { functionRequest } from "../prompts/request.ts";
import { readRecords } from "../records.ts";
import { AssertionSuites } from "../suites/assertions.ts";
import { FUNCTION_LIMITS, FUNCTION_TOKENS } from "./humaneval.ts";

/** MBPP (Austin et al., arXiv 2108.07732): short functions from a sentence and three assertions. */
export const MbppRecord = v.object({
  task_id: v.pipe(v.number(), v.integer()),
  text: v.string(),
  code: v.string(),
  test_setup_code: v.optional(v.string(), ""),
  test_list: v.pipe(v.array(v.string()), v.minLength(1)),
});
type MbppRecord = v.InferOutput<typeof MbppRecord>;

export interface MbppProblem extends Problem {
  /** What the function is to do, in a sentence. */
  task: string;
  /** The function that the tests call; undefined where they call none of the solution's own. */
  entryPoint: string | undefined;
  setup: string;
  tests: readonly string[];
}

/** The paper's test split, and the problems that its few-shot prompt shows. */
const TEST = { first: 11, last: 510 };
const SHOTS = [2, 3, 4];
const BEGIN = "[BEGIN]\n";
const DONE = "[DONE]";

/**
 * Reads the original JSONL, gzip or not, and takes the test split of it (all of a file that has none of the split).
 * With `shots` 3 the prompt shows problems 2 to 4 first, as in the paper.
 */
export async function readMbpp(
  paths: string | readonly string[],
  { shots = 0 } = {},
): Promise<Benchmark<MbppProblem>> {
  const records = await readRecords(paths, MbppRecord, "MBPP's original JSONL");
  return mbppOf(records, shots, [paths].flat().join(", "));
}

export function mbppOf(records: readonly MbppRecord[], shots: number, path: string): Benchmark<MbppProblem> {
  const isTest = ({ task_id }: MbppRecord) => task_id >= TEST.first && task_id <= TEST.last;
  const test = records.filter(isTest);
  const examples = shownRecords(records, shots, path);
  const shown = examples
    .map((record) => `${question(record)}${BEGIN}${codeOf(record)}\n${DONE}\n\n`)
    .join("");
  const suites = new AssertionSuites(FUNCTION_LIMITS);
  return {
    name: "mbpp",
    problems: (test.length > 0 ? test : records).map((record) => ({
      id: `Mbpp/${record.task_id}`,
      prompt: shown + question(record) + BEGIN,
      request: functionRequest(
        taskOf(record),
        examples.map((one) => ({ ...taskOf(one), code: codeOf(one) })),
      ),
      reference: record.code,
      task: record.text,
      entryPoint: testedFunction(record),
      setup: record.test_setup_code,
      tests: record.test_list,
    })),
    stop: [DONE, "\n[BEGIN]", "\nYou are an expert", "\n```\n"],
    maxTokens: { ...FUNCTION_TOKENS, raw: 256 },
    answer: ({ entryPoint }, text) => extractCode(text.split(DONE)[0] as string, entryPoint),
    judge: ({ id, reference, setup, tests }, solution, context) =>
      suites.judge({ id, reference, setup, tests }, solution, context),
    shown: ({ task, setup, tests }) => ({ task, expected: [setup, ...tests].filter(Boolean).join("\n") }),
  };
}

/** The last function of the solution that a test calls. */
export function testedFunction({
  code,
  test_list,
}: Pick<MbppRecord, "code" | "test_list">): string | undefined {
  const names = [...code.matchAll(/^(?:def|class)\s+(\w+)|^(\w+)\s*=/gm)].map(
    ([, f, variable]) => f ?? variable,
  );
  const called = new Set(test_list.join("\n").match(/(?<![\w.])\w+(?=\s*\()/g) ?? []);
  return names.findLast((name) => name !== undefined && called.has(name));
}

/** The paper's prompt: it is the form that published figures are for. */
function question({ text, test_list }: MbppRecord): string {
  return `You are an expert Python programmer, and here is your task: ${text} Your code should pass these tests:\n\n${test_list.join("\n")}\n`;
}

const codeOf = ({ code }: MbppRecord): string => code.replaceAll("\r\n", "\n").trimEnd();
const taskOf = ({ text, test_list }: MbppRecord) => ({ task: text, tests: test_list });

/** The problems that the prompt shows with their solutions. */
function shownRecords(records: readonly MbppRecord[], shots: number, path: string): MbppRecord[] {
  if (shots === 0) return [];
  if (shots !== SHOTS.length) {
    throw new ConfigError(`MBPP has 0 or ${SHOTS.length} shots, not ${shots}.`, {
      mend: `Give --shots ${SHOTS.length}, or leave it out.`,
    });
  }
  return SHOTS.map((id) => {
    const record = records.find(({ task_id }) => task_id === id);
    if (record) return record;
    throw new ModelLoadError(`${path} has no problem ${id}, which the 3-shot prompt shows.`, {
      mend: "Give the whole of MBPP as --data (task_id 1 to 974), or leave out --shots.",
    });
  });
}
