import type { OnDownloadProgress } from "../cache/pip-download.ts";
import { ConfigError } from "../errors/index.ts";
import type { BenchmarkName } from "./benchmarks/names.ts";

/** Path of a benchmark's file: from the cache, fetched on first use. */
export async function fetchData(name: BenchmarkName, onProgress?: OnDownloadProgress): Promise<string> {
  if (name === "humaneval")
    return await (await import("./benchmarks/humaneval.ts")).fetchHumanEval(onProgress);
  throw new ConfigError(`${name} is read from a file of your own.`, {
    mend: "Give --data FILE: the benchmark's original JSONL, gzip or not.",
  });
}
