import type { Format } from "../config/benchmark-name.ts";
import { ModelLoadError } from "../errors/index.ts";
import type { GenerationProgress, Generator, Sample } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { deriveSeed } from "../random/stream.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { Benchmark, Judgement, Problem } from "./benchmark.ts";
import type { ProblemCount } from "./pass-at-k.ts";
import { promptTokens, stopStrings, withoutThoughts } from "./prompts/format.ts";
import type { ForeignSample, SampleFile, SampleRecord } from "./samples.ts";

export interface SamplingSettings {
  /** Samples per problem (n). */
  samples: number;
  /** 0 is greedy. */
  temperature: number;
  topP: number;
  maxTokens: number;
  seed: number;
  /** How problems are put to the model; `raw` when absent. */
  format?: Format;
}

export interface EvaluationProgress {
  /** Samples judged and wanted, those found on disk included. */
  judged: number;
  total: number;
  passed: number;
  /** Of the generation under way; null while only the sandbox works. */
  generation: GenerationProgress | null;
}

export interface EvaluationHooks {
  onProgress?: (progress: EvaluationProgress) => void;
  /** Called once, when everything is judged. */
  onTimes?: (times: EvaluationTimes) => void;
  signal?: AbortSignal;
}

/** Where the time of an evaluation went, seconds. */
export interface EvaluationTimes {
  generation: number;
  /** Judging that went on after generation had ended: what is not hidden behind it. */
  grading: number;
  /** Tokens sampled in that time. */
  tokens: number;
}

/**
 * Samples every problem and judges each sample in the sandbox while the next are generated. Samples already
 * in the file are kept. Without an executor nothing is judged: the samples are for scoring elsewhere. Returns the
 * records of the file and of this call, in the problems' order.
 */
export async function evaluate(options: {
  benchmark: Benchmark;
  generator: Generator;
  tokenizer: Tokenizer;
  executor: Executor | null;
  settings: SamplingSettings;
  file: SampleFile;
  hooks?: EvaluationHooks;
}): Promise<SampleRecord[]> {
  const { benchmark, generator, tokenizer, executor, settings, file, hooks = {} } = options;
  const wanted = new Set(benchmark.problems.map((problem) => problem.id));
  const records = file.records.filter((r) => wanted.has(r.task_id) && r.sample < settings.samples);
  const have = new Set(records.map((record) => key(record.task_id, record.sample)));
  // Sample i depends on the problem's seed and i alone: one that is made later comes out equal.
  const open = benchmark.problems.flatMap((problem) =>
    stretches(range(settings.samples).filter((i) => !have.has(key(problem.id, i)))).map((missing) => ({
      problem,
      ...missing,
    })),
  );
  const total = benchmark.problems.length * settings.samples;
  let generation: GenerationProgress | null = null;
  const report = () =>
    hooks.onProgress?.({
      judged: records.length,
      total,
      passed: records.filter((r) => r.passed).length,
      generation,
    });
  report();

  const judging: Promise<void>[] = [];
  const format = settings.format ?? "raw";
  const judge = async (problem: Problem, index: number, sample: Sample) => {
    const answer = benchmark.answer(problem, withoutThoughts(sample.text, format), format);
    const { signal } = hooks;
    const judgement = executor
      ? await benchmark.judge(problem, answer, { executor, ...(signal ? { signal } : {}) })
      : null;
    const record = sampleRecord(problem, index, { ...sample, answer, format }, judgement);
    records.push(record);
    file.append(record);
    report();
  };
  const began = performance.now();
  let generated = began;
  let tokens = 0;
  try {
    await generator.generate(
      open.map(({ problem, first, count }) => ({
        prompt: promptTokens(tokenizer, problem, format),
        samples: count,
        firstSample: first,
        maxTokens: settings.maxTokens,
        temperature: settings.temperature,
        topP: settings.topP,
        stop: stopStrings(benchmark, format),
        seed: deriveSeed(settings.seed, "evaluate", benchmark.name, problem.id),
      })),
      {
        ...(hooks.signal ? { signal: hooks.signal } : {}),
        onProgress: (progress) => {
          generation = progress;
          report();
        },
        onSample: (request, index, sample) => {
          if (sample.finish === "aborted") return;
          const { problem, first } = open[request] as (typeof open)[number];
          tokens += sample.tokens.length;
          const verdict = judge(problem, first + index, sample);
          // A failure is reported where all of them are awaited: until then it is not unhandled.
          verdict.catch(() => undefined);
          judging.push(verdict);
        },
      },
    );
    generation = null;
    generated = performance.now();
    await Promise.all(judging);
  } finally {
    // However it ends: what was judged is on disk, and nothing is written afterwards.
    await Promise.allSettled(judging);
    await file.flush();
  }
  hooks.signal?.throwIfAborted();
  const seconds = (from: number, to: number) => (to - from) / 1000;
  const grading = seconds(generated, performance.now());
  hooks.onTimes?.({ generation: seconds(began, generated), grading, tokens });
  return inOrder(benchmark, records);
}

/** Judges samples that were made elsewhere. Every problem id must be the benchmark's. */
export async function scoreCompletions(options: {
  benchmark: Benchmark;
  completions: readonly ForeignSample[];
  executor: Executor;
  hooks?: EvaluationHooks;
}): Promise<SampleRecord[]> {
  const { benchmark, completions, executor, hooks = {} } = options;
  const problems = new Map(benchmark.problems.map((problem) => [problem.id, problem]));
  const seen = new Map<string, number>();
  const records: SampleRecord[] = [];
  const judge = async ({ task_id, completion, solution }: ForeignSample) => {
    const problem = problems.get(task_id);
    if (!problem) {
      throw new ModelLoadError(`The samples name "${task_id}", which is no problem of ${benchmark.name}.`, {
        mend: `Its problems are called like ${benchmark.problems[0]?.id}.`,
      });
    }
    const index = seen.get(task_id) ?? 0;
    seen.set(task_id, index + 1);
    // A whole solution is judged as it is; a completion is what follows the prompt.
    const answer =
      solution !== undefined && completion === undefined
        ? solution
        : benchmark.answer(problem, completion ?? "", "raw");
    const { signal } = hooks;
    const judgement = await benchmark.judge(problem, answer, { executor, ...(signal ? { signal } : {}) });
    const text = completion ?? solution ?? "";
    const sample = { text, answer, format: "raw" as const, tokens: [], finish: "end" as const };
    records.push(sampleRecord(problem, index, sample, judgement));
    hooks.onProgress?.({
      judged: records.length,
      total: completions.length,
      passed: records.filter((record) => record.passed).length,
      generation: null,
    });
  };
  await Promise.all(completions.map(judge));
  return inOrder(benchmark, records);
}

/** Samples and passes per problem, in the problems' order; problems without samples are left out. */
export function countByProblem(benchmark: Benchmark, records: readonly SampleRecord[]): ProblemCount[] {
  const groups = Map.groupBy(records, (record) => record.task_id);
  return benchmark.problems.flatMap(({ id }) => {
    const group = groups.get(id);
    return group ? [{ samples: group.length, passed: group.filter((record) => record.passed).length }] : [];
  });
}

function sampleRecord(
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

function inOrder(benchmark: Benchmark, records: SampleRecord[]): SampleRecord[] {
  const place = new Map(benchmark.problems.map((problem, index) => [problem.id, index]));
  const rank = (record: SampleRecord) => place.get(record.task_id) ?? 0;
  return records.sort((a, b) => rank(a) - rank(b) || a.sample - b.sample);
}

/** Numbers that rise one by one, as their first and how many. */
function stretches(numbers: readonly number[]): { first: number; count: number }[] {
  const found: { first: number; count: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && number === last.first + last.count) last.count++;
    else found.push({ first: number, count: 1 });
  }
  return found;
}

const key = (id: string, sample: number) => `${id}#${sample}`;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);
