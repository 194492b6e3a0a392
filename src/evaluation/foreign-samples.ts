import * as v from "valibot";
import { ConfigError, ModelLoadError } from "../errors/index.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { Benchmark } from "./benchmark.ts";
import type { EvaluationHooks } from "./evaluate.ts";
import { readLines } from "./records.ts";
import { inOrder, type SampleRecord, sampleRecord } from "./sample-record.ts";

const Completion = v.pipe(
  v.looseObject({
    task_id: v.string(),
    completion: v.optional(v.string()),
    solution: v.optional(v.string()),
  }),
  v.check(
    ({ completion, solution }) => completion !== undefined || solution !== undefined,
    "a completion or a solution",
  ),
);

/** A sample made elsewhere: HumanEval's `completion`, or EvalPlus's whole `solution`. */
export interface ForeignSample {
  task_id: string;
  completion?: string | undefined;
  solution?: string | undefined;
  /** `file:line`, for messages. */
  place?: string;
}

/** Samples that are judged at one time: enough for every worker, without all of a large file in memory as jobs. */
const AT_ONCE = 64;

/** Reads samples in HumanEval's or EvalPlus's JSONL form, gzip or not. */
export async function readCompletions(path: string): Promise<ForeignSample[]> {
  const samples: ForeignSample[] = [];
  const what = "samples with task_id and completion or solution";
  for await (const { record, place } of readLines(path, Completion, what)) {
    const { task_id, completion, solution } = record;
    samples.push({ task_id, completion, solution, place });
  }
  return samples;
}

/**
 * The samples of the problems in `part`, all of which must be of the benchmark, and enough of each problem for every k.
 * Throws ModelLoadError with file and line, or ConfigError, before anything is judged.
 */
export function checkCompletions(
  completions: readonly ForeignSample[],
  benchmark: Benchmark,
  part: Benchmark,
  ks: readonly number[],
): ForeignSample[] {
  const known = new Set(benchmark.problems.map(({ id }) => id));
  const unknown = completions.find(({ task_id }) => !known.has(task_id));
  if (unknown) throw unknownProblem(unknown, benchmark);
  const wanted = new Set(part.problems.map(({ id }) => id));
  const kept = completions.filter(({ task_id }) => wanted.has(task_id));
  if (kept.length === 0) {
    throw new ConfigError(
      `None of the samples is of the first ${wanted.size} problems of ${benchmark.name}.`,
      {
        mend: "Raise --limit, or leave it out.",
      },
    );
  }
  const counts = new Map<string, number>();
  for (const { task_id } of kept) counts.set(task_id, (counts.get(task_id) ?? 0) + 1);
  const [fewest = "", least = 0] = [...counts].reduce((a, b) => (b[1] < a[1] ? b : a));
  const most = Math.max(...ks);
  if (most > least) {
    const has = `${fewest} has ${least} of them`;
    throw new ConfigError(`pass@${most} needs at least ${most} samples of each problem, and ${has}.`, {
      mend: `Give a --k of at most ${least}, or a file with more samples.`,
    });
  }
  return kept;
}

function unknownProblem({ task_id, place }: ForeignSample, { name, problems }: Benchmark): ModelLoadError {
  const where = place === undefined ? "The samples name" : `${place} names`;
  return new ModelLoadError(`${where} "${task_id}", which is no problem of ${name}.`, {
    mend: `Its problems are called like ${problems[0]?.id}; --benchmark names another benchmark.`,
  });
}

/**
 * Judges samples that were made elsewhere; several of a problem are numbered as they come. Every problem id must be the
 * benchmark's. When the signal aborts, the records of those judged until then are returned.
 */
export async function scoreCompletions(options: {
  benchmark: Benchmark;
  completions: readonly ForeignSample[];
  executor: Executor;
  hooks?: EvaluationHooks;
}): Promise<SampleRecord[]> {
  const { benchmark, completions, executor, hooks = {} } = options;
  const { signal } = hooks;
  const problems = new Map(benchmark.problems.map((problem) => [problem.id, problem]));
  const seen = new Map<string, number>();
  const records: SampleRecord[] = [];
  const judge = async (sample: ForeignSample) => {
    const { task_id, completion, solution } = sample;
    const problem = problems.get(task_id);
    if (!problem) throw unknownProblem(sample, benchmark);
    const index = seen.get(task_id) ?? 0;
    seen.set(task_id, index + 1);
    // A whole solution is judged as it is; a completion is what follows the prompt.
    const answer =
      solution !== undefined && completion === undefined
        ? solution
        : benchmark.answer(problem, completion ?? "", "raw");
    const judgement = await benchmark.judge(problem, answer, { executor, ...(signal ? { signal } : {}) });
    const text = completion ?? solution ?? "";
    const made = { text, answer, format: "raw" as const, tokens: [], finish: "end" as const };
    records.push(sampleRecord(problem, index, made, judgement));
    hooks.onProgress?.({
      judged: records.length,
      total: completions.length,
      passed: records.filter((record) => record.passed).length,
      generation: null,
    });
  };
  const rest = completions.values();
  const lane = async () => {
    for (const sample of rest) await judge(sample);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane)).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
  return inOrder(benchmark, records);
}
