import type { Format } from "../config/benchmark-name.ts";
import type { GenerationProgress, Generator, Sample } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { deriveSeed } from "../random/stream.ts";
import type { Executor } from "../sandbox/executor.ts";
import { type Benchmark, type Problem, wrong } from "./benchmark.ts";
import { promptTokens, stopStrings, withoutThoughts } from "./prompts/format.ts";
import type { SampleFile } from "./sample-file.ts";
import { inOrder, type SampleRecord, sampleRecord } from "./sample-record.ts";

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
  /** Share of the whole that grading added: `grading / (generation + grading)`. */
  gradingShare: number;
  /** Tokens sampled in that time. */
  tokens: number;
}

/**
 * Samples every problem and judges each sample in the sandbox while the next are generated. Samples already
 * in the file are kept. Without an executor nothing is judged: the samples are for scoring elsewhere. A prompt that is
 * longer than the model reads fails without a sample. Returns the records of the file and of this call, in the
 * problems' order. Throws RunError as soon as the samples cannot be written.
 */
export async function evaluate(options: {
  benchmark: Benchmark;
  generator: Generator;
  tokenizer: Tokenizer;
  executor: Executor | null;
  settings: SamplingSettings;
  file: SampleFile;
  /** Tokens that the model reads; any number when absent. */
  contextLength?: number;
  hooks?: EvaluationHooks;
}): Promise<SampleRecord[]> {
  const { benchmark, generator, tokenizer, executor, settings, file, hooks = {} } = options;
  const { contextLength = Number.POSITIVE_INFINITY } = options;
  const format = settings.format ?? "raw";
  const wanted = new Set(benchmark.problems.map((problem) => problem.id));
  const records = file.records.filter((r) => wanted.has(r.task_id) && r.sample < settings.samples);
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(hooks.signal ? [hooks.signal] : [])]);
  const keep = async (record: SampleRecord) => {
    records.push(record);
    report();
    await file.append(record);
    if (file.failure) failing.abort(file.failure);
  };
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

  const missing = missingSamples(benchmark, records, settings.samples).map((part) => ({
    ...part,
    prompt: promptTokens(tokenizer, part.problem, format),
  }));
  const isReadable = ({ prompt }: { prompt: readonly number[] }) => prompt.length < contextLength;
  const open = missing.filter(isReadable);
  const judging: Promise<void>[] = [];
  for (const { problem, prompt, first, count } of missing.filter((part) => !isReadable(part))) {
    const reason = `a prompt of ${prompt.length} tokens, and the model reads ${contextLength}`;
    const judgement = executor && wrong(reason, "prompt-too-long");
    const empty = { text: "", tokens: [], finish: "length" as const, answer: "", format };
    for (let i = first; i < first + count; i++) {
      judging.push(keep(sampleRecord(problem, i, empty, judgement)));
    }
  }
  const judge = async (problem: Problem, index: number, sample: Sample) => {
    const answer = benchmark.answer(problem, withoutThoughts(sample.text, format), format);
    using _place = await executor?.room(signal);
    const judgement = executor ? await benchmark.judge(problem, answer, { executor, signal }) : null;
    await keep(sampleRecord(problem, index, { ...sample, answer, format }, judgement));
  };
  const began = performance.now();
  let generated = began;
  let tokens = 0;
  try {
    await generator.generate(
      open.map(({ problem, prompt, first, count }) => ({
        prompt,
        samples: count,
        firstSample: first,
        maxTokens: settings.maxTokens,
        temperature: settings.temperature,
        topP: settings.topP,
        stop: stopStrings(benchmark, format),
        seed: deriveSeed(settings.seed, "evaluate", benchmark.name, problem.id),
      })),
      {
        signal,
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
  signal.throwIfAborted();
  const generating = (generated - began) / 1000;
  const grading = (performance.now() - generated) / 1000;
  const gradingShare = grading / (generating + grading);
  hooks.onTimes?.({ generation: generating, grading, gradingShare, tokens });
  return inOrder(benchmark, records);
}

/** Samples of one problem that are not there yet: `count` of them, from `first` on. */
interface MissingSamples {
  problem: Problem;
  first: number;
  count: number;
}

/** Sample i depends on the problem's seed and i alone: one that is made later comes out equal. */
function missingSamples(
  benchmark: Benchmark,
  records: readonly SampleRecord[],
  samples: number,
): MissingSamples[] {
  const key = (id: string, sample: number) => `${id}#${sample}`;
  const have = new Set(records.map((record) => key(record.task_id, record.sample)));
  const all = Array.from({ length: samples }, (_, i) => i);
  return benchmark.problems.flatMap((problem) =>
    stretches(all.filter((i) => !have.has(key(problem.id, i)))).map((part) => ({ problem, ...part })),
  );
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
