import type { Benchmark } from "../benchmark.ts";
import { readLines } from "../jsonl.ts";
import { completedProgram } from "../prompts/code.ts";
import { completionRequest } from "../prompts/request.ts";
import { EvalPlusJudge, type EvalPlusProblem, EvalPlusRecord, inputsOf } from "./evalplus.ts";
import { FUNCTION_LIMITS, FUNCTION_STOP, FUNCTION_TOKENS } from "./humaneval.ts";

/** EvalPlus tries many more inputs than the original; its own limits add up over them. */
const LIMITS = { cpuMs: 3 * FUNCTION_LIMITS.cpuMs, wallMs: 30_000 };

/** Reads EvalPlus's HumanEval+ (whole, mini or noextreme) in its JSONL form, gzip or not. */
export async function readHumanEvalPlus(path: string): Promise<Benchmark<EvalPlusProblem>> {
  const problems: EvalPlusProblem[] = [];
  for await (const { record, line, place } of readLines(path, EvalPlusRecord, "HumanEval+'s JSONL")) {
    problems.push({
      id: record.task_id,
      prompt: record.prompt,
      request: completionRequest(record.prompt),
      reference: record.canonical_solution,
      entryPoint: record.entry_point,
      base: inputsOf(line, "base_input", place),
      plus: inputsOf(line, "plus_input", place),
      tolerance: record.atol,
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
  };
}
