import * as v from "valibot";
import { type Benchmark, fenced } from "../benchmark.ts";
import { scriptEntry, scriptTests } from "../evalplus-script.ts";
import { extractCode } from "../prompts/code.ts";
import { checkRecord, readLines } from "../records.ts";
import { EvalPlusJudge, type EvalPlusProblem, EvalPlusRecord, expectedText, inputsOf } from "./evalplus.ts";
import { FUNCTION_LIMITS, FUNCTION_TOKENS } from "./humaneval.ts";

const LIMITS = { cpuMs: 3 * FUNCTION_LIMITS.cpuMs, wallMs: 54_000 };

/** As the hub has it: the tests are a script that calls the function. */
const ScriptRecord = v.object({
  task_id: v.pipe(v.number(), v.integer()),
  prompt: v.string(),
  code: v.string(),
  test_list: v.pipe(v.array(v.string()), v.minLength(1)),
  test: v.pipe(
    v.string(),
    v.check((test) => scriptTests(test) !== undefined, "a script with a line `inputs = [...]`"),
    v.check((test) => scriptEntry(test) !== undefined, "a script with assertion(f(*inp), ...)"),
  ),
});

/**
 * Reads MBPP+: EvalPlus's own JSONL, gzip or not, or the hub's form of it. The prompt is a docstring; a program
 * follows it.
 */
export async function readMbppPlus(path: string): Promise<Benchmark<EvalPlusProblem>> {
  const problems: EvalPlusProblem[] = [];
  const what = "MBPP+'s JSONL, with base_input and plus_input or with test";
  for await (const { record, line, place } of readLines(
    path,
    v.looseObject({ test: v.optional(v.unknown()) }),
    what,
  )) {
    problems.push(
      record.test === undefined
        ? ofInputs(checkRecord(record, EvalPlusRecord, place, what), line, place)
        : ofScript(checkRecord(record, ScriptRecord, place, what)),
    );
  }
  const judge = new EvalPlusJudge("mbpp", LIMITS);
  return {
    name: "mbpp-plus",
    problems,
    stop: ['\n"""', "\nassert", "\nprint", "\n```\n"],
    maxTokens: { ...FUNCTION_TOKENS, raw: 256 },
    answer: ({ prompt, entryPoint }, text, format) => {
      const code = extractCode(text, entryPoint);
      return format === "raw" ? `${prompt.trimEnd()}\n${code}` : code;
    },
    judge: (problem, solution, context) => judge.judge(problem, problem.reference, solution, context),
    shown: (problem) => ({ task: fenced(problem.prompt), expected: expectedText(problem) }),
  };
}

function ofInputs(
  record: v.InferOutput<typeof EvalPlusRecord>,
  line: string,
  place: string,
): EvalPlusProblem {
  const task = Number(record.task_id.split("/").at(-1));
  return {
    id: record.task_id,
    prompt: record.prompt,
    request: request(record.prompt),
    reference: record.canonical_solution,
    entryPoint: record.entry_point,
    base: inputsOf(line, "base_input", place, task),
    plus: inputsOf(line, "plus_input", place, task),
    tolerance: record.atol,
  };
}

function ofScript(record: v.InferOutput<typeof ScriptRecord>): EvalPlusProblem {
  const tests = scriptTests(record.test);
  const prompt = `"""\n${record.prompt}\n${record.test_list[0]}\n"""\n`;
  return {
    id: `Mbpp/${record.task_id}`,
    prompt,
    request: request(prompt),
    reference: record.code,
    entryPoint: scriptEntry(record.test) ?? "",
    base: null,
    plus: tests?.inputs ?? [],
    tolerance: tests?.tolerance ?? 0,
  };
}

function request(prompt: string): string {
  return `Write the Python function that this docstring describes. Answer with one code block.

\`\`\`python
${prompt.trim()}
\`\`\``;
}
