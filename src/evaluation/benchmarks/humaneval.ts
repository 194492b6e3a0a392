import * as v from "valibot";
import { type Benchmark, fenced, type Problem } from "../benchmark.ts";
import { completedProgram } from "../prompts/code.ts";
import { completionRequest } from "../prompts/request.ts";
import { readRecords } from "../records.ts";
import { RecordedSuites } from "../suites/recorded.ts";
import type { Limits } from "../suites/solution.ts";

/** HumanEval (Chen et al., arXiv 2107.03374): 164 functions to complete from signature and docstring. */
export const HumanEvalRecord = v.object({
  task_id: v.string(),
  prompt: v.string(),
  entry_point: v.string(),
  canonical_solution: v.string(),
  test: v.string(),
});

export interface HumanEvalProblem extends Problem {
  entryPoint: string;
  test: string;
}

/** A completion ends where the model begins something that is not the function's body. */
export const FUNCTION_STOP = ["\ndef ", "\nclass ", "\nprint", "\nif ", "\n#", "\n```", "\nassert"];
export const FUNCTION_TOKENS = { raw: 200, chat: 768, azr: 1024 };

/** The official 3 s for one problem. */
export const FUNCTION_LIMITS: Limits = { cpuMs: 3_000, wallMs: 18_000 };

/** Reads the original JSONL, gzip or not. Throws ModelLoadError naming file, line and field. */
export async function readHumanEval(path: string): Promise<Benchmark<HumanEvalProblem>> {
  const records = await readRecords(path, HumanEvalRecord, "HumanEval's original JSONL");
  return humanEvalOf("humaneval", records);
}

/** Functions to complete whose suite is a program that defines `check(candidate)`. */
export function humanEvalOf(
  name: string,
  records: readonly v.InferOutput<typeof HumanEvalRecord>[],
): Benchmark<HumanEvalProblem> {
  const suites = new RecordedSuites(FUNCTION_LIMITS);
  return {
    name,
    problems: records.map((record) => ({
      id: record.task_id,
      prompt: record.prompt,
      request: completionRequest(record.prompt),
      reference: record.canonical_solution,
      entryPoint: record.entry_point,
      test: record.test,
    })),
    stop: FUNCTION_STOP,
    maxTokens: FUNCTION_TOKENS,
    answer: ({ prompt, entryPoint }, text, format) =>
      format === "raw" ? prompt + text : completedProgram(prompt, text, entryPoint),
    judge: ({ id, prompt, reference, test, entryPoint }, solution, context) =>
      suites.judge({ id, reference: `${prompt}${reference}\n`, test, entry: entryPoint }, solution, context),
    shown: ({ prompt, test }) => ({ task: fenced(prompt), expected: test.trim() }),
  };
}
