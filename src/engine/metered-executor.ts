import type { ExecutorCounts, ProgramJob, ProgramResult, Verdict } from "../sandbox/executor.ts";
import type { OpenedSandbox } from "./parts.ts";

/** What the sandbox did since the figures were last taken. */
export interface SandboxFigures {
  programs: number;
  /** From the hand-over of a program to its verdict, summed over programs that run side by side. */
  seconds: number;
  verdicts: Partial<Record<Verdict, number>>;
}

/** Programs whose latency is remembered. */
const RECENT = 200;

/** Passes programs on to the sandbox and counts them, their verdicts and the safety flags that they raise. */
export class MeteredExecutor implements OpenedSandbox {
  private figures: SandboxFigures = { programs: 0, seconds: 0, verdicts: {} };
  private readonly recent: number[] = [];
  private raised: Record<string, number> = {};

  constructor(private readonly sandbox: OpenedSandbox) {}

  get backend(): string {
    return this.sandbox.backend;
  }

  get proof(): OpenedSandbox["proof"] {
    return this.sandbox.proof;
  }

  describe(): Promise<Record<string, string>> {
    return this.sandbox.describe();
  }

  /** Flags since the figures were last taken, by name: live, while their rollouts are not stored yet. */
  get flags(): Readonly<Record<string, number>> {
    return this.raised;
  }

  async run(job: ProgramJob, signal?: AbortSignal): Promise<ProgramResult> {
    const began = performance.now();
    const result = await this.sandbox.run(job, signal);
    const { verdicts } = this.figures;
    this.figures.programs++;
    const took = performance.now() - began;
    this.figures.seconds += took / 1000;
    this.recent.push(took);
    if (this.recent.length > RECENT) this.recent.shift();
    verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
    for (const flag of result.flags) this.raised[flag] = (this.raised[flag] ?? 0) + 1;
    return result;
  }

  room(signal?: AbortSignal): Promise<Disposable> {
    return this.sandbox.room(signal);
  }

  /** From the hand-over to the verdict, milliseconds, of the last programs; null before any. */
  latency(): { p50: number; p95: number } | null {
    if (this.recent.length === 0) return null;
    const sorted = this.recent.toSorted((a, b) => a - b);
    const quantile = (q: number) => sorted[Math.floor(q * (sorted.length - 1))] as number;
    return { p50: quantile(0.5), p95: quantile(0.95) };
  }

  counts(): ExecutorCounts {
    return this.sandbox.counts();
  }

  take(): SandboxFigures {
    const { figures } = this;
    this.figures = { programs: 0, seconds: 0, verdicts: {} };
    this.raised = {};
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
  }
}
