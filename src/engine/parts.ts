import type { BenchmarkName } from "../config/benchmark-name.ts";
import type { Config } from "../config/schema.ts";
import type { Generator } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import type { EvaluationSample } from "../runs/queries/evaluations.ts";
import type { EvaluationRecord } from "../runs/records.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { ProofLine } from "../sandbox/proof.ts";
import type { SelfPlay, SelfPlayOptions } from "../selfplay/self-play.ts";
import type { ModelHost } from "./model-host.ts";

/** Progress of loading or evaluating: what it is about, and how far. */
export interface PartProgress {
  done: number;
  total: number;
  unit: string;
  /** Shown as a log line when it changes; absent for a mere count. */
  label?: string;
}

export type OnPartProgress = (progress: PartProgress) => void;

/** A sandbox as the engine holds it. */
export interface OpenedSandbox extends Executor, AsyncDisposable {
  readonly backend: string;
  /** What its first worker showed of it. */
  readonly proof: readonly ProofLine[];
  /** What else is to be known of it: versions, limits. */
  describe(): Promise<Record<string, string>>;
}

export interface EvaluationPart {
  config: Config;
  benchmark: BenchmarkName;
  step: number;
  /** When the step was finished: tells it from one of the same number that a resume dropped. Null before any. */
  finishedAt: number | null;
  /** The run's directory. */
  directory: string;
  generator: Generator;
  tokenizer: Tokenizer;
  /** Tokens that the model reads. */
  contextLength: number;
  executor: Executor;
  onProgress: OnPartProgress;
  signal: AbortSignal;
}

/** What the engine is composed of. The real ones are in real-parts.ts; tests bring scripted ones. */
export interface EngineParts {
  openModel(config: Config, onProgress: OnPartProgress): Promise<ModelHost>;
  loadTokenizer(model: ModelHost): Promise<Tokenizer>;
  openSandbox(config: Config): Promise<OpenedSandbox>;
  createSelfPlay(options: SelfPlayOptions): SelfPlay;
  /** Fetches the benchmarks' data where it is missing. Raises SetupError or ModelLoadError when it cannot be had. */
  prepareEvaluation(benchmarks: readonly BenchmarkName[]): Promise<void>;
  evaluate(
    part: EvaluationPart,
  ): Promise<{ evaluation: Omit<EvaluationRecord, "id">; samples: EvaluationSample[] }>;
}
