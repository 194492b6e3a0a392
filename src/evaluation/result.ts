import type { Benchmark } from "./benchmark.ts";
import type { EvaluationTimes, SamplingSettings } from "./evaluate.ts";
import { type ProblemCount, type Score, scorePassAtK } from "./pass-at-k.ts";
import { countByProblem, type SampleRecord } from "./sample-record.ts";

/** What was scored beside the settings of the sampling, and with what; what was not chosen is absent. */
export interface EvaluationSetup {
  /** Version of azr-tui. */
  version: string;
  /** The file of problems, where it is not the fetched one. */
  data?: string;
  level?: string;
  /** Worked examples in the prompt. */
  shots?: number;
  /** How the weights were packed as they were loaded. */
  quantize?: string;
  adapter?: string;
  revision?: string;
}

/** What an evaluation says, as it is printed, stored and compared. */
export interface EvaluationResult {
  benchmark: string;
  /** Model as the user named it, or the file of samples that was scored. */
  model: string;
  /** That have a sample. */
  problems: number;
  /** Problems of the benchmark that have none; the scores leave them out. */
  missing: number;
  samples: number;
  passed: number;
  /**
   * `pass@1`, ... with a 95% bootstrap interval over problems; `base/pass@1` by another bar of the benchmark,
   * `interview/pass@1` of a group of its problems.
   */
  scores: Record<string, Score>;
  /** Samples by the sandbox's verdict on their judging program. */
  verdicts: Record<string, number>;
  /** Null for samples made elsewhere. */
  settings: SamplingSettings | null;
  setup?: EvaluationSetup;
  samplesFile: string;
  finishedAt: string;
  seconds: number;
  /** Where they went; null for samples made elsewhere, and where every sample was on disk already. */
  times: EvaluationTimes | null;
  /** Ended before every sample was judged; problems with too few samples for a k are left out of its score. */
  partial: boolean;
  /** What each problem that was judged came to, in the benchmark's order. */
  outcomes: ProblemOutcome[];
}

export interface ProblemOutcome extends ProblemCount {
  id: string;
  group?: string;
}

/** Sums up records. Throws ConfigError when a k exceeds the samples of a problem of an evaluation that is whole. */
export function summarise(
  benchmark: Benchmark,
  records: readonly SampleRecord[],
  ks: readonly number[],
  about: Pick<EvaluationResult, "model" | "settings" | "samplesFile" | "seconds"> &
    Partial<Pick<EvaluationResult, "times" | "partial" | "setup">>,
): EvaluationResult {
  const { partial = false, times = null } = about;
  const outcomes = outcomesOf(benchmark, records);
  const verdicts: Record<string, number> = {};
  for (const { verdict } of records) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  return {
    benchmark: benchmark.name,
    ...about,
    problems: outcomes.length,
    missing: benchmark.problems.length - outcomes.length,
    samples: records.length,
    passed: records.filter((record) => record.passed).length,
    scores: Object.fromEntries(
      parts(benchmark, records).flatMap(({ name, counts }) =>
        ks.flatMap((k) => {
          const enough = partial ? counts.filter(({ samples }) => samples >= k) : counts;
          return enough.length > 0 ? [[`${name}pass@${k}`, scorePassAtK(enough, k)]] : [];
        }),
      ),
    ),
    verdicts,
    finishedAt: new Date().toISOString(),
    times,
    partial,
    outcomes,
  };
}

function outcomesOf(benchmark: Benchmark, records: readonly SampleRecord[]): ProblemOutcome[] {
  const groups = Map.groupBy(records, (record) => record.task_id);
  return benchmark.problems.flatMap(({ id, group }) => {
    const own = groups.get(id);
    if (!own) return [];
    const passed = own.filter((record) => record.passed).length;
    return [{ id, ...(group === undefined ? {} : { group }), samples: own.length, passed }];
  });
}

/** All problems by the benchmark's own bar, then by its others, then its groups. */
function parts(
  benchmark: Benchmark,
  records: readonly SampleRecord[],
): { name: string; counts: ProblemCount[] }[] {
  const aspects = [...new Set(records.flatMap((record) => Object.keys(record.aspects ?? {})))];
  const groups = [...new Set(benchmark.problems.flatMap(({ group }) => group ?? []))];
  const inGroup = (group: string) => {
    const ids = new Set(benchmark.problems.filter((problem) => problem.group === group).map(({ id }) => id));
    return countByProblem(
      benchmark,
      records.filter((record) => ids.has(record.task_id)),
    );
  };
  return [
    { name: "", counts: countByProblem(benchmark, records) },
    ...aspects.map((name) => ({
      name: `${name}/`,
      counts: countByProblem(
        benchmark,
        records.map((record) => ({ ...record, passed: record.aspects?.[name] ?? false })),
      ),
    })),
    ...(groups.length > 1 ? groups.map((name) => ({ name: `${name}/`, counts: inGroup(name) })) : []),
  ].filter(({ counts }) => counts.length > 0);
}
