import type { Benchmark } from "../../../evaluation/benchmark.ts";
import { ProgressLine } from "../../progress-line.ts";
import type { EvalOptions } from "./options.ts";

/** Reads the benchmark that the options name, from its fetched data or a file of the user's own, whole. */
export async function openBenchmark(options: EvalOptions): Promise<Benchmark> {
  const { benchmark: name, data, shots, level } = options;
  const { readBenchmark } = await import("../../../evaluation/benchmarks/registry.ts");
  const { fetchData } = await import("../../../evaluation/data.ts");
  const line = new ProgressLine();
  let paths: readonly [string, ...string[]];
  try {
    paths = data ? [data] : await fetchData(name, (progress) => line.update(progress));
  } finally {
    line.end();
  }
  return await readBenchmark(name, paths, { shots, ...(level ? { level } : {}) });
}
