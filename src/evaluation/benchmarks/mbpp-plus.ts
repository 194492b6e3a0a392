import type { Benchmark } from "../benchmark.ts";
import { readLines } from "../jsonl.ts";
import { extractCode } from "../prompts/code.ts";
import { EvalPlusJudge, type EvalPlusProblem, EvalPlusRecord, inputsOf } from "./evalplus.ts";
import { FUNCTION_LIMITS, FUNCTION_TOKENS } from "./humaneval.ts";

const LIMITS = { cpuMs: 3 * FUNCTION_LIMITS.cpuMs, wallMs: 30_000 };

/** Reads EvalPlus's MBPP+ in its JSONL form, gzip or not. The prompt is a docstring; a program follows it. */
export async function readMbppPlus(path: string): Promise<Benchmark<EvalPlusProblem>> {
  const problems: EvalPlusProblem[] = [];
  for await (const { record, line, place } of readLines(path, EvalPlusRecord, "MBPP+'s JSONL")) {
    const task = Number(record.task_id.split("/").at(-1));
    problems.push({
      id: record.task_id,
      prompt: record.prompt,
      request: request(record.prompt),
      reference: record.canonical_solution,
      entryPoint: record.entry_point,
      base: inputsOf(line, "base_input", place, task),
      plus: inputsOf(line, "plus_input", place, task),
      tolerance: record.atol,
    });
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
  };
}

function request(prompt: string): string {
  return `Write the Python function that this docstring describes. Answer with one code block.

\`\`\`python
${prompt.trim()}
\`\`\``;
}
