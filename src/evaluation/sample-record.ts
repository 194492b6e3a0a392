import type { Format } from "../config/benchmark-name.ts";
import type { Sample } from "../interfaces/generator.ts";
import type { Benchmark, Judgement, Problem } from "./benchmark.ts";
import type { ProblemCount } from "./pass-at-k.ts";

/** One judged sample: HumanEval's and EvalPlus's fields first, ours after them. */
export interface SampleRecord {
  task_id: string;
  completion: string;
  /** The answer that is judged: for programs, one that stands alone. */
  solution: string;
  /** Index of the sample among those of its problem. */
  sample: number;
  /** Null where nothing was judged. */
  passed: boolean | null;
  /** `ok`, `wrong-answer`, `prompt-too-long`, or the sandbox's verdict on the program. */
  verdict: string;
  /** Type and message of the error, bounded; empty when there is none. */
  error: string;
  tokens: number;
  finish: string;
  /** What the model wrote, where it is not the completion. */
  response?: string;
  /** Other bars beside the benchmark's own. */
  aspects?: Record<string, boolean>;
}

/** A sample and what came of it; without a judgement it is for scoring elsewhere. */
export function sampleRecord(
  problem: Problem,
  index: number,
  sample: Pick<Sample, "text" | "finish"> & { tokens: ArrayLike<number>; answer: string; format: Format },
  judgement: Judgement | null,
): SampleRecord {
  const { text, answer, format } = sample;
  // Elsewhere a completion is put behind the prompt: a program that repeats the function then defines it anew.
  const completion = format === "raw" ? text : behindPrompt(problem.prompt, answer);
  return {
    task_id: problem.id,
    completion,
    solution: answer,
    sample: index,
    passed: judgement?.passed ?? null,
    verdict: judgement?.verdict ?? "not-judged",
    error: judgement?.error ?? "",
    tokens: sample.tokens.length,
    finish: sample.finish,
    ...(completion === text ? {} : { response: text }),
    ...(judgement?.aspects ? { aspects: judgement.aspects } : {}),
  };
}

function behindPrompt(prompt: string, answer: string): string {
  return answer.startsWith(prompt) ? answer.slice(prompt.length) : `\n${answer}`;
}

/** The records in the order of the benchmark's problems and of their samples. Sorts in place. */
export function inOrder(benchmark: Benchmark, records: SampleRecord[]): SampleRecord[] {
  const place = new Map(benchmark.problems.map((problem, index) => [problem.id, index]));
  const rank = (record: SampleRecord) => place.get(record.task_id) ?? 0;
  return records.sort((a, b) => rank(a) - rank(b) || a.sample - b.sample);
}

/** Samples and passes per problem, in the problems' order; problems without samples are left out. */
export function countByProblem(benchmark: Benchmark, records: readonly SampleRecord[]): ProblemCount[] {
  const groups = Map.groupBy(records, (record) => record.task_id);
  return benchmark.problems.flatMap(({ id }) => {
    const group = groups.get(id);
    return group ? [{ samples: group.length, passed: group.filter((record) => record.passed).length }] : [];
  });
}
