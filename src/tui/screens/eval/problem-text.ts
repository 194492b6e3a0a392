import { stat } from "node:fs/promises";
import { useEffect, useState } from "react";
import { BENCHMARK_NAMES, type BenchmarkName } from "../../../config/benchmark-name.ts";
import { AzrError } from "../../../errors/index.ts";
import { type Benchmark, shownProblem } from "../../../evaluation/benchmark.ts";
import type { EvaluationRecord } from "../../../runs/index.ts";
import { useSource } from "../../run-context.tsx";

/** What a problem asks and what is right, or why that cannot be shown here. */
export type ProblemText =
  | { task: string; expected: string /** As a model is given it that continues texts. */; prompt: string }
  | { why: string };

/** Files of more bytes are not read for one problem: the screen would stand still meanwhile. */
const MOST_BYTES = 32_000_000;

/** The benchmark that was read last, by its name and its files: who looks at one problem looks at the next. */
let last: { key: string; benchmark: Benchmark } | null = null;

/** Null while it is read. */
export function useProblemText(evaluation: EvaluationRecord, id: string): ProblemText | null {
  const { run } = useSource();
  const key = keyOf(evaluation, run.config().evaluation.data);
  const [text, setText] = useState<ProblemText | null>(() =>
    last?.key === key ? textOf(last.benchmark, id) : null,
  );
  useEffect(() => {
    let gone = false;
    void readBenchmarkOf(key).then((read) => gone || setText("why" in read ? read : textOf(read, id)));
    return () => {
      gone = true;
    };
  }, [key, id]);
  return text;
}

/** What says which problems an evaluation has: the benchmark, and a file of the user's own. */
export function keyOf(
  { benchmark, settings }: EvaluationRecord,
  own: Partial<Record<string, string>>,
): string {
  const file = typeof settings.data === "string" ? settings.data : (own[benchmark] ?? "");
  return `${benchmark} ${file}`;
}

/** The benchmark of a key, or why it cannot be read. */
export async function readBenchmarkOf(key: string): Promise<Benchmark | { why: string }> {
  if (last?.key === key) return last.benchmark;
  const [, name = "", file = ""] = /^(\S*) (.*)$/s.exec(key) ?? [];
  if (!isBenchmark(name)) return { why: `azr-tui has no benchmark ${name}.` };
  const { dataState } = await import("../../../evaluation/data.ts");
  const [first, ...rest] = file ? [file] : (dataState(name).paths ?? []);
  if (first === undefined)
    return {
      why: `The problems of ${name} are not on this machine: azr-tui eval MODEL --benchmark ${name} fetches them.`,
    };
  try {
    const sizes = await Promise.all([first, ...rest].map(async (path) => (await stat(path)).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    if (bytes > MOST_BYTES) return { why: `The problems are in ${first}, too large to be read here.` };
    const { readBenchmark } = await import("../../../evaluation/benchmarks/registry.ts");
    const benchmark = await readBenchmark(name, [first, ...rest]);
    last = { key, benchmark };
    return benchmark;
  } catch (error) {
    // The file may have been moved, or be another by now.
    if (error instanceof AzrError || isSystemError(error)) return { why: error.message };
    throw error;
  }
}

function textOf(benchmark: Benchmark, id: string): ProblemText {
  const problem = benchmark.problems.find((one) => one.id === id);
  if (!problem) return { why: `${benchmark.name} has no problem ${id} now.` };
  return { ...shownProblem(benchmark, problem), prompt: problem.prompt };
}

const isBenchmark = (name: string): name is BenchmarkName =>
  (BENCHMARK_NAMES as readonly string[]).includes(name);

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "code" in error;
