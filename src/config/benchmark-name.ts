/** The benchmarks, as `--benchmark` and `evaluation.benchmarks` name them. */
export const BENCHMARK_NAMES = [
  "azr-mini",
  "tiny-heldout",
  "humaneval",
  "humaneval-plus",
  "mbpp",
  "mbpp-plus",
  "apps",
  "cruxeval-i",
  "cruxeval-o",
  "gsm8k",
] as const;
export type BenchmarkName = (typeof BENCHMARK_NAMES)[number];

export const APPS_LEVELS = ["introductory", "interview", "competition"] as const;
export type AppsLevel = (typeof APPS_LEVELS)[number];

/**
 * How a problem is put to a model. `raw`: it continues the benchmark's text, as base models were measured. `chat`:
 * the request in the model's chat template. `azr`: the request in Absolute Zero's conversation of thoughts and answer.
 */
export const FORMATS = ["raw", "chat", "azr"] as const;
export type Format = (typeof FORMATS)[number];
