import * as v from "valibot";
import { type Benchmark, fenced } from "../benchmark.ts";
import { scriptTests } from "../evalplus-script.ts";
import { completedProgram } from "../prompts/code.ts";
import { completionRequest } from "../prompts/request.ts";
import { checkRecord, readLines } from "../records.ts";
import { EvalPlusJudge, type EvalPlusProblem, EvalPlusRecord, expectedText, inputsOf } from "./evalplus.ts";
import { FUNCTION_LIMITS, FUNCTION_STOP, FUNCTION_TOKENS } from "./humaneval.ts";

/** EvalPlus tries many more inputs than the original; its own limits add up over them. */
const LIMITS = { cpuMs: 3 * FUNCTION_LIMITS.cpuMs, wallMs: 54_000 };

/** As the hub has it: the tests are a script. */
const ScriptRecord = v.object({
  task_id: v.string(),
  prompt: v.string(),
  entry_point: v.string(),
  canonical_solution: v.string(),
  test: v.pipe(
    v.string(),
    v.check((test) => scriptTests(test) !== undefined, "a script with a line `inputs = [...]`"),
  ),
});

/** Reads HumanEval+ (whole, mini or noextreme): EvalPlus's own JSONL, gzip or not, or the hub's form of it. */
export async function readHumanEvalPlus(path: string): Promise<Benchmark<EvalPlusProblem>> {
  const problems: EvalPlusProblem[] = [];
  const what = "HumanEval+'s JSONL, with base_input and plus_input or with test";
  for await (const { record, line, place } of readLines(
    path,
    v.looseObject({ test: v.optional(v.unknown()) }),
    what,
  )) {
    const isScript = record.test !== undefined;
    const common = checkRecord(record, isScript ? ScriptRecord : EvalPlusRecord, place, what);
    const script = "test" in common ? scriptTests(common.test) : undefined;
    problems.push({
      id: common.task_id,
      prompt: common.prompt,
      request: completionRequest(common.prompt),
      reference: common.canonical_solution,
      entryPoint: common.entry_point,
      base: script ? null : inputsOf(line, "base_input", place),
      plus: script ? script.inputs : inputsOf(line, "plus_input", place),
      tolerance: script ? script.tolerance : "atol" in common ? common.atol : 0,
    });
  }
  const judge = new EvalPlusJudge("humaneval", LIMITS);
  return {
    name: "humaneval-plus",
    problems,
    stop: FUNCTION_STOP,
    maxTokens: FUNCTION_TOKENS,
    answer: ({ prompt, entryPoint }, text, format) =>
      format === "raw" ? prompt + text : completedProgram(prompt, text, entryPoint),
    judge: (problem, solution, context) =>
      judge.judge(problem, `${problem.prompt}${problem.reference}\n`, solution, context),
    shown: (problem) => ({ task: fenced(problem.prompt), expected: expectedText(problem) }),
  };
}
