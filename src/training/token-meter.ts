import type { UpdateProgress } from "../interfaces/learner.ts";
import type { Microbatch } from "./batcher.ts";

/** Counts the tokens of an update's passes against the clock, from its construction on. */
export class TokenMeter {
  readonly #began = performance.now();
  #tokens = 0;

  /** `total` tokens in all; `lengths` of the batch's sequences, in its order. */
  constructor(
    public total: number,
    readonly lengths: readonly number[],
    readonly onProgress: ((progress: UpdateProgress) => void) | undefined,
  ) {}

  done({ members }: Microbatch): void {
    for (const i of members) this.#tokens += this.lengths[i] ?? 0;
    this.report();
  }

  /** Tells where the work stands; what listens may end it by an exception. */
  report(): void {
    this.onProgress?.({
      tokens: this.#tokens,
      total: this.total,
      tokensPerSecond: this.#tokens / this.seconds,
    });
  }

  /** Tokens per second of the whole. */
  get rate(): number {
    return this.total / this.seconds;
  }

  private get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }
}
