import * as v from "valibot";
import {
  type PythonValue,
  parseArguments,
  parseLiteral,
  pythonEquals,
  pythonRepr,
  pythonSource,
} from "../../sandbox/literals.ts";
import {
  type Benchmark,
  failure,
  fenced,
  type JudgeContext,
  type Judgement,
  type Problem,
  RIGHT,
  wrong,
} from "../benchmark.ts";
import { bare, completion, insideTags } from "../prompts/assertion.ts";
import { readRecords } from "../records.ts";
import ARGUMENTS from "../suites/arguments.py" with { type: "text" };
import { callSource, type Limits, solutionJob, timed, valuesOf } from "../suites/solution.ts";

/** CRUXEval (Gu et al., arXiv 2401.03065): 800 short functions; predict the output, or an input that gives it. */
const Record = v.object({ id: v.string(), code: v.string(), input: v.string(), output: v.string() });

export interface CruxProblem extends Problem {
  code: string;
  input: string;
  output: string;
}

const LIMITS: Limits = { cpuMs: 3_000, wallMs: 18_000 };
const STOP = ["[/ANSWER]", "[PYTHON]"];
const TOKENS = { raw: 100, chat: 512, azr: 1024 };

/** CRUXEval-O: the output of `f` on an input. */
export async function readCruxevalOutput(path: string): Promise<Benchmark<CruxProblem>> {
  return await read(path, {
    name: "cruxeval-o",
    shots: [
      ["def f(n):\n    return n * 2", "assert f(21) == ??", "assert f(21) == 42"],
      ["def f(s):\n    return s[1:] + s[0]", 'assert f("abc") == ??', 'assert f("abc") == "bca"'],
    ],
    task: "Below is a Python function and an assertion about it that lacks the output. Complete the assertion with the literal that the function returns, even where the function does not make sense.",
    question: ({ input }) => `assert f(${input}) == ??`,
    reference: ({ input, output }) => `assert f(${input}) == ${output}`,
    answer: (text) => completion(text)?.output ?? bare(text),
    judge: judgeOutput,
  });
}

/** CRUXEval-I: any input on which `f` gives an output. */
export async function readCruxevalInput(path: string): Promise<Benchmark<CruxProblem>> {
  return await read(path, {
    name: "cruxeval-i",
    shots: [
      ["def f(n):\n    return n * 2", "assert f(??) == 42", "assert f(21) == 42"],
      ["def f(s, t):\n    return s + t", 'assert f(??) == "ab"', 'assert f("a", "b") == "ab"'],
    ],
    task: "Below is a Python function and an assertion about it that lacks the input. Complete the assertion with literals on which the function returns that output; there may be several, any will do.",
    question: ({ output }) => `assert f(??) == ${output}`,
    reference: ({ input, output }) => `assert f(${input}) == ${output}`,
    answer: (text) => completion(text)?.input ?? bare(text),
    judge: judgeInput,
  });
}

type Row = v.InferOutput<typeof Record>;
interface Variant {
  name: string;
  shots: [code: string, question: string, answer: string][];
  task: string;
  question(row: Row): string;
  reference(row: Row): string;
  answer(text: string): string;
  judge(problem: CruxProblem, answer: string, context: JudgeContext): Promise<Judgement>;
}

async function read(path: string, variant: Variant): Promise<Benchmark<CruxProblem>> {
  const { task, name, judge } = variant;
  const rows = await readRecords(path, Record, "CRUXEval's JSONL");
  const shots = variant.shots.map(
    ([code, question, answer]) => `${shown(code, question)}[ANSWER]\n${answer}\n[/ANSWER]\n\n`,
  );
  return {
    name,
    problems: rows.map((row) => ({
      ...row,
      prompt: `${task} Give the whole assertion between [ANSWER] and [/ANSWER].\n\n${shots.join("")}${shown(row.code, variant.question(row))}[ANSWER]\n`,
      request: `${task} Give the whole assertion between [ANSWER] and [/ANSWER], as in these examples.\n\n${shots.join("")}${shown(row.code, variant.question(row)).trimEnd()}`,
      reference: variant.reference(row),
    })),
    stop: STOP,
    maxTokens: TOKENS,
    answer: (_, text, format) => variant.answer(insideTags(text, format)),
    judge,
    // Without the worked examples that the request holds.
    shown: (row) => ({
      task: `${task}\n\n${fenced(`${row.code}\n\n${variant.question(row)}`)}`,
      expected: variant.reference(row),
    }),
  };
}

const shown = (code: string, question: string): string => `[PYTHON]\n${code}\n${question}\n[/PYTHON]\n`;

/** The answer is a value; it is compared on the host, and the function is never run. */
async function judgeOutput(
  { output }: CruxProblem,
  answer: string,
  context: JudgeContext,
): Promise<Judgement> {
  const [expected, value] = [await evaluated(output, context), await evaluated(answer, context)];
  if (!value || !expected) return wrong("the answer is no value", "no-answer");
  return pythonEquals(value, expected) ? RIGHT : wrong(`answered ${pythonRepr(value).slice(0, 200)}`);
}

/**
 * The answer's arguments become values in a process without the function, and the function gets the values: an answer
 * cannot change what is called. The output is compared on the host.
 */
async function judgeInput(
  { code, output }: CruxProblem,
  answer: string,
  context: JudgeContext,
): Promise<Judgement> {
  const { executor, signal } = context;
  const args = parseArguments(answer) ?? (await argumentsOf(answer, context));
  if (!args) return wrong("the answer is no list of arguments", "no-answer");
  const call = Array.isArray(args) ? callSource("f", args) : args.source;
  const result = timed(await executor.run(solutionJob(code, [call], LIMITS), signal), LIMITS);
  const [value] = valuesOf(result, LIMITS) ?? [];
  const expected = await evaluated(output, context);
  if (!value || !expected) return failure(result);
  return pythonEquals(value, expected) ? RIGHT : wrong(`f returned ${pythonRepr(value).slice(0, 200)}`);
}

/** Literals are read here; other expressions (`'a' * 3`) are evaluated alone in the sandbox. */
async function evaluated(
  expression: string,
  { executor, signal }: JudgeContext,
): Promise<PythonValue | undefined> {
  const literal = parseLiteral(expression);
  if (literal || expression.trim() === "") return literal;
  const result = await executor.run(solutionJob("", [expression], LIMITS), signal);
  return valuesOf(timed(result, LIMITS), LIMITS)?.[0];
}

/** Arguments with names or expressions: evaluated alone, they come back as a tuple and a dict. */
async function argumentsOf(
  answer: string,
  context: JudgeContext,
): Promise<PythonValue[] | { source: string } | undefined> {
  const value = await evaluated(`(lambda *a, **k: (a, k))(${answer})`, context);
  const [args, named] = value?.type === "tuple" ? value.items : [];
  if (args?.type !== "tuple" || named?.type !== "dict") return await besideFunction(answer, context);
  if (named.entries.length === 0) return args.items;
  return { source: `f(*${pythonSource(args)}, **${pythonSource(named)})` };
}

/**
 * Four of the benchmark's own inputs are no values: a lambda, a range, a name of the program. Such an answer is
 * evaluated beside the function where its syntax is nothing but arguments that cannot change what is called.
 */
async function besideFunction(
  answer: string,
  { executor, signal }: JudgeContext,
): Promise<{ source: string } | undefined> {
  const call = `harmless(${pythonSource({ type: "str", value: answer })})`;
  const result = await executor.run({ program: ARGUMENTS, calls: [call] }, signal);
  const value = result.calls[0]?.value;
  return value?.type === "bool" && value.value ? { source: `f(${answer}\n)` } : undefined;
}
