import type { ExecutorCounts, ProgramJob, ProgramResult, Verdict } from "../sandbox/executor.ts";
import type { OpenedSandbox } from "./parts.ts";

/** What the sandbox did since the figures were last taken. */
export interface SandboxFigures {
  programs: number;
  /** From the hand-over of a program to its verdict, summed over programs that run side by side. */
  seconds: number;
  verdicts: Partial<Record<Verdict, number>>;
}

/** Passes programs on to the sandbox and counts them, their verdicts and the safety flags that they raise. */
export class MeteredExecutor implements OpenedSandbox {
  private figures: SandboxFigures = { programs: 0, seconds: 0, verdicts: {} };
  private raised: Record<string, number> = {};

  constructor(private readonly sandbox: OpenedSandbox) {}

  get backend(): string {
    return this.sandbox.backend;
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
    this.figures.seconds += (performance.now() - began) / 1000;
    verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
    for (const flag of result.flags) this.raised[flag] = (this.raised[flag] ?? 0) + 1;
    return result;
  }

  room(signal?: AbortSignal): Promise<Disposable> {
    return this.sandbox.room(signal);
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
