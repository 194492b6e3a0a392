import type { AppsLevel, BenchmarkName, Format } from "../../config/benchmark-name.ts";
import type { ModelChoice } from "./chosen-model.ts";

/** Options of `eval`, as the command line gives them. */
export interface EvalOptions extends ModelChoice {
  benchmark: BenchmarkName;
  data?: string;
  level?: AppsLevel;
  format: Format;
  shots: number;
  completions?: string;
  samplesOnly?: boolean;
  samples: number;
  k: number[];
  temperature?: number;
  topP: number;
  maxTokens?: number;
  seed: number;
  limit: number;
  /** `base`, a result file, or a run. */
  baseline?: string;
  referenceRows?: boolean;
  /** `all`, or numbers with commas between them. */
  checkpoints?: string;
  output_dir?: string;
  output?: string;
  fresh?: boolean;
  json?: boolean;
}
