import * as v from "valibot";
import { APPS_LEVELS, type AppsLevel } from "../../config/benchmark-name.ts";
import { ModelLoadError } from "../../errors/index.ts";
import { type PythonValue, pythonRepr } from "../../sandbox/literals.ts";
import { callAgrees, sameOutput, sameOutputStrictly, valueAgrees } from "../apps-comparators.ts";
import {
  type Benchmark,
  failure,
  type JudgeContext,
  type Judgement,
  type Problem,
  RIGHT,
  wrong,
} from "../benchmark.ts";
import { extractCode } from "../prompts/code.ts";
import { parsePythonJson } from "../python-json.ts";
import { readLines } from "../records.ts";
import { callSource, type Limits, solutionJob, timed, valuesOf } from "../suites/solution.ts";

/** APPS (Hendrycks et al., arXiv 2105.09938). `solutions` and `input_output` are JSON in strings, or empty. */
const AppsRecord = v.pipe(
  v.looseObject({
    problem_id: v.optional(v.union([v.string(), v.number()])),
    id: v.optional(v.union([v.string(), v.number()])),
    question: v.string(),
    solutions: v.optional(v.string(), ""),
    input_output: v.optional(v.string(), ""),
    difficulty: v.picklist(APPS_LEVELS),
    starter_code: v.optional(v.string(), ""),
  }),
  v.check(({ problem_id, id }) => problem_id !== undefined || id !== undefined, "a problem_id or an id"),
);

export interface AppsProblem extends Problem {
  group: AppsLevel;
  /** Function to call; null for programs that read standard input. */
  functionName: string | null;
  inputs: readonly PythonValue[];
  outputs: readonly PythonValue[];
  /** All right programs that the data set has. */
  solutions: readonly string[];
}

/** The official 4 s for each test. */
const LIMITS: Limits = { cpuMs: 4_000, wallMs: 24_000 };

/** CPU time of all tests of a solution together, milliseconds: some problems have hundreds. */
const WHOLE_MS = 120_000;

/**
 * Wall clock of all tests together beyond six times their CPU time, milliseconds: a busy machine gives CPU time slowly,
 * as within a test, and a program that sleeps in each test must not hold a place for hundreds of tests.
 */
const WAITING_MS = 60_000;
const WALL_SHARE = LIMITS.wallMs / LIMITS.cpuMs;

/** What the official judge puts before every program. */
const IMPORTS = `import sys, time, itertools, functools, random, collections, string, math, re, heapq, bisect, operator, copy, statistics
from itertools import accumulate, product, permutations, combinations
from collections import Counter, OrderedDict, deque, defaultdict, ChainMap
from functools import lru_cache
from math import floor
from typing import List, Tuple, Optional, Dict, Set
`;

/**
 * Reads APPS's JSONL, gzip or not; problems without tests are left out. Passing means all tests under the official
 * comparison; the aspect `strict` asks for equal values and for equal lines but for white space at their ends.
 */
export async function readApps(
  path: string,
  { level }: { level?: AppsLevel } = {},
): Promise<Benchmark<AppsProblem>> {
  const problems: AppsProblem[] = [];
  for await (const { record, place } of readLines(path, AppsRecord, "APPS's JSONL")) {
    if (level !== undefined && record.difficulty !== level) continue;
    const tests = testsOf(record.input_output, place);
    if (tests.inputs.length === 0) continue;
    const solutions = solutionsOf(record.solutions, place);
    const form = tests.functionName === null ? STANDARD_INPUT : CALL_BASED;
    problems.push({
      id: `APPS/${record.problem_id ?? record.id}`,
      prompt: `\nQUESTION:\n${record.question}\n${record.starter_code}\n${form}\nANSWER:\n`,
      request: request(record.question, record.starter_code, tests.functionName),
      reference: solutions[0] ?? "",
      group: record.difficulty,
      solutions,
      ...tests,
    });
  }
  if (problems.length === 0) {
    throw new ModelLoadError(`${path} has no problem with tests${level ? ` of the level ${level}` : ""}.`);
  }
  return {
    name: "apps",
    problems,
    stop: ["\nQUESTION:", "\n```\n", "\n-----"],
    maxTokens: { raw: 512, chat: 1024, azr: 1536 },
    answer: ({ functionName }, text) => extractCode(text, functionName ?? undefined),
    judge,
    shown: (problem) => ({ task: problem.request, expected: firstTest(problem) }),
  };
}

/** The first of a problem's tests, and how many there are. */
function firstTest({ inputs: [input], outputs: [output], functionName, inputs }: AppsProblem): string {
  const count = `# the first of ${inputs.length} tests`;
  const given = lines(input).trimEnd();
  return functionName === null
    ? `${count}, on this input:\n${given}\n# this output:\n${lines(output).trimEnd()}`
    : `${count}: ${functionName} of\n${given}\n# gives\n${lines(output).trimEnd()}`;
}

const STANDARD_INPUT = "\nUse Standard Input format";
const CALL_BASED = "\nUse Call-Based format";

function request(question: string, starter: string, functionName: string | null): string {
  const how =
    functionName === null
      ? "Write a Python program that reads standard input and prints its answer to standard output."
      : `Write the Python function ${functionName}.`;
  const given = starter.trim() ? `\n\nBegin with:\n\n\`\`\`python\n${starter}\n\`\`\`` : "";
  return `${question.trim()}\n\n${how} Answer with one code block.${given}`;
}

/** One test after the other, up to the first that fails: a solution passes by passing all, under either comparison. */
async function judge(problem: AppsProblem, solution: string, context: JudgeContext): Promise<Judgement> {
  const { inputs, functionName } = problem;
  const test = functionName === null ? standardInput : callBased;
  let strict = true;
  let spentMs = 0;
  let waitedMs = 0;
  for (let i = 0; i < inputs.length; i += 1) {
    const { passed, verdict, error, ...judged } = await test(problem, i, solution, context);
    spentMs += judged.cpuMs;
    waitedMs += judged.wallMs - WALL_SHARE * judged.cpuMs;
    const late = i < inputs.length - 1 ? tooLate(spentMs, waitedMs) : undefined;
    if (!passed || late !== undefined) {
      const failed = wrong(
        `test ${i + 1} of ${inputs.length}: ${passed ? late : error}`,
        passed ? "timeout" : verdict,
      );
      return { ...failed, aspects: { strict: false } };
    }
    strict &&= judged.strict;
  }
  return { ...RIGHT, aspects: { strict } };
}

function tooLate(spentMs: number, waitedMs: number): string | undefined {
  if (spentMs > WHOLE_MS) return `${WHOLE_MS / 1000} s of CPU time are used up`;
  return waitedMs > WAITING_MS ? `it waited for more than ${WAITING_MS / 1000} s` : undefined;
}

interface TestJudgement extends Judgement {
  strict: boolean;
  cpuMs: number;
  wallMs: number;
}

async function standardInput(
  { inputs, outputs }: AppsProblem,
  index: number,
  solution: string,
  { executor, signal }: JudgeContext,
): Promise<TestJudgement> {
  const run = async (program: string) => {
    const limits = { timeoutMs: LIMITS.wallMs, cpuMs: LIMITS.cpuMs };
    const job = { program, calls: [], stdin: lines(inputs[index]), ...limits };
    return timed(await executor.run(job, signal), LIMITS);
  };
  let result = await run(`${solution}\n`);
  // The official judge runs a program as the body of a function, so that some end with a return.
  if (result.error?.message.startsWith("'return' outside function")) result = await run(asFunction(solution));
  const { cpuMs, wallMs, stdout } = result;
  if (result.verdict !== "ok") return { ...failure(result), strict: false, cpuMs, wallMs };
  const expected = lines(outputs[index]);
  const judgement = sameOutput(stdout, expected)
    ? RIGHT
    : wrong(`printed ${JSON.stringify(stdout.slice(0, 200))}`);
  return { ...judgement, strict: sameOutputStrictly(stdout, expected), cpuMs, wallMs };
}

function asFunction(solution: string): string {
  const body = solution.replace(/^(?=.)/gm, "    ");
  return `def program():\n${body}\n\nprogram()\n`;
}

async function callBased(
  { inputs, outputs, functionName }: AppsProblem,
  index: number,
  solution: string,
  { executor, signal }: JudgeContext,
): Promise<TestJudgement> {
  const name = functionName ?? "";
  const input = inputs[index];
  const args = input?.type === "list" ? input.items.map(withNumberKeys) : [];
  const callee = /^class Solution\b/m.test(solution) ? `Solution().${name}` : name;
  const job = solutionJob(`${IMPORTS}${solution}`, [callSource(callee, args)], LIMITS);
  const result = timed(await executor.run(job, signal), LIMITS);
  const [value] = valuesOf(result, LIMITS) ?? [];
  const { cpuMs, wallMs } = result;
  if (!value) return { ...failure(result), strict: false, cpuMs, wallMs };
  const expected = withNumberKeys(outputs[index] as PythonValue);
  const judgement = callAgrees(value, expected)
    ? RIGHT
    : wrong(`returned ${pythonRepr(value).slice(0, 200)}`);
  return { ...judgement, strict: valueAgrees(value, expected), cpuMs, wallMs };
}

/** JSON has no numbers as keys: a dict whose keys all are numbers had them so, as the official judge assumes. */
function withNumberKeys(value: PythonValue): PythonValue {
  if (value.type === "list") return { type: "list", items: value.items.map(withNumberKeys) };
  if (value.type !== "dict" || value.entries.length === 0) return value;
  const entries = value.entries.map(([key, item]): [PythonValue, PythonValue] => {
    const isNumber = key.type === "str" && /^-?\d+$/.test(key.value);
    return [isNumber ? { type: "int", value: BigInt(key.value) } : key, item];
  });
  const all = entries.every(([key]) => key.type === "int");
  return all ? { type: "dict", entries } : value;
}

/** A test's text: a string, or a list of lines. */
function lines(value: PythonValue | undefined): string {
  if (value?.type === "str") return value.value;
  if (value?.type === "list") return value.items.map((item) => lines(item)).join("\n");
  return value ? pythonRepr(value) : "";
}

function testsOf(text: string, place: string): Pick<AppsProblem, "functionName" | "inputs" | "outputs"> {
  if (text.trim() === "") return { functionName: null, inputs: [], outputs: [] };
  const fields = fieldsOf(text, place);
  const [inputs, outputs, name] = ["inputs", "outputs", "fn_name"].map((key) => fields.get(key));
  if (inputs?.type !== "list") throw field(place, "input_output.inputs", "a list");
  if (outputs?.type !== "list") throw field(place, "input_output.outputs", "a list");
  if (inputs.items.length !== outputs.items.length) {
    throw field(place, "input_output.outputs", `${inputs.items.length} outputs, as many as inputs`);
  }
  const functionName = name?.type === "str" ? name.value : null;
  if (functionName !== null && !/^[A-Za-z_]\w*$/.test(functionName)) {
    throw field(place, "input_output.fn_name", "a function's name");
  }
  return { functionName, inputs: inputs.items, outputs: outputs.items };
}

function fieldsOf(text: string, place: string): Map<string, PythonValue> {
  try {
    const value = parsePythonJson(text);
    const entries = value.type === "dict" ? value.entries : [];
    return new Map(entries.flatMap(([key, item]) => (key.type === "str" ? [[key.value, item]] : [])));
  } catch (cause) {
    throw field(place, "input_output", `JSON (${(cause as Error).message})`);
  }
}

function solutionsOf(text: string, place: string): string[] {
  if (text.trim() === "") return [];
  try {
    return v.parse(v.array(v.string()), JSON.parse(text));
  } catch {
    throw field(place, "solutions", "a JSON list of programs");
  }
}

function field(place: string, name: string, expected: string): ModelLoadError {
  return new ModelLoadError(`${place}: field ${name}: expected ${expected}.`, {
    mend: "Expected APPS's JSONL.",
  });
}
