import type { PromptStyleName } from "../config/prompt-style.ts";
import type { Config } from "../config/schema.ts";
import type { PackedError } from "../errors/kinds.ts";
import type { Example } from "../interfaces/example.ts";
import type { GenerationProgress, GenerationRequest, Sample } from "../interfaces/generator.ts";
import type { FitResult, SupervisedTerm, UpdateProgress, UpdateResult } from "../interfaces/learner.ts";
import type { Trajectory } from "../interfaces/trajectory.ts";

/** Messages between the orchestrator's thread and the model worker. Requests are served one by one, in order; only
 * saves are answered while another is under way. */

/** What the worker loads. */
export interface ModelSettings {
  /** Model's path on disk: a .gguf file or a directory. */
  path: string;
  name: string;
  format: "gguf" | "directory";
  device: Config["model"]["device"];
  quantize?: Config["model"]["quantize"];
  /** Directory of a LoRA adapter to generate with; not together with `learner`. */
  adapter?: string;
  /** What to train; absent for a model that only generates. */
  learner?: { adapter: Config["adapter"]; training: Config["training"]; seed: number };
}

/** What is known of a loaded model. */
export interface ModelInfo {
  name: string;
  path: string;
  architecture: string;
  layers: number;
  /** Longest sequence that the model was trained for, tokens. */
  contextLength: number;
  /** The prompt style that its files name; null for most models. */
  promptStyle: PromptStyleName | null;
  /** `cpu`, `metal` or `cuda`. */
  backend: string;
  /** The library that computes, by what it is: its version, its kernels. */
  runtime: Readonly<Record<string, string>>;
}

/** MLX's arrays in bytes: now, the most since the last step began, and what is kept for new ones. */
export interface ModelMemory {
  active: number;
  peak: number;
  cache: number;
}

export const NO_MEMORY: ModelMemory = { active: 0, peak: 0, cache: 0 };

export type ModelRequest =
  | { kind: "load"; id: number; settings: ModelSettings; flags: SharedArrayBuffer }
  | { kind: "generate"; id: number; requests: readonly GenerationRequest[] }
  | {
      kind: "update";
      id: number;
      batch: readonly Trajectory[];
      experience?: SupervisedTerm;
      step: number;
      steps?: number;
    }
  | { kind: "fit"; id: number; batch: readonly Example[]; step: number; steps?: number }
  | { kind: "validate"; id: number; batch: readonly Example[] }
  | { kind: "begin"; id: number; directory: string }
  | { kind: "configure"; id: number; training: Config["training"] }
  | { kind: "save"; id: number; directory: string }
  | { kind: "restore"; id: number; directory: string }
  | { kind: "resetPeak"; id: number }
  | { kind: "dispose"; id: number };

export interface ModelResults {
  load: ModelInfo;
  generate: Sample[][];
  update: UpdateResult;
  fit: FitResult;
  validate: FitResult;
  begin: null;
  configure: null;
  save: null;
  restore: null;
  resetPeak: null;
  dispose: null;
}

export type ModelReply =
  | { kind: "result"; id: number; value: ModelResults[keyof ModelResults]; memory: ModelMemory }
  /** `aborted` when the work was given up because its caller wanted so. */
  | { kind: "error"; id: number; error: PackedError; aborted: boolean }
  | { kind: "generated"; id: number; progress: GenerationProgress; memory: ModelMemory }
  | { kind: "sample"; id: number; request: number; sample: number; value: Sample }
  | { kind: "updated"; id: number; progress: UpdateProgress; memory: ModelMemory };

/**
 * Two numbers that both threads see at once, since the worker's thread is busy inside MLX and reads messages
 * only between requests.
 */
export class ModelFlags {
  private readonly cells: Int32Array;

  constructor(readonly buffer = new SharedArrayBuffer(8)) {
    this.cells = new Int32Array(buffer);
  }

  /** The worker sleeps at its next report until it is let go on. */
  pause(): void {
    Atomics.store(this.cells, 0, 1);
  }

  resume(): void {
    Atomics.store(this.cells, 0, 0);
    Atomics.notify(this.cells, 0);
  }

  /** The request with this id, and every earlier one, is to end at once. Wakes a worker that sleeps. */
  abort(id: number): void {
    Atomics.store(this.cells, 1, Math.max(id, Atomics.load(this.cells, 1)));
    Atomics.notify(this.cells, 0);
  }

  isAborted(id: number): boolean {
    return Atomics.load(this.cells, 1) >= id;
  }

  /** Worker's side: sleeps while paused, unless the request is aborted. */
  wait(id: number): void {
    while (Atomics.load(this.cells, 0) === 1 && !this.isAborted(id)) Atomics.wait(this.cells, 0, 1, 1000);
  }
}
