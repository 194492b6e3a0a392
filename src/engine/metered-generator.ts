import type { GenerationHooks, GenerationRequest, Generator, Sample } from "../interfaces/generator.ts";
import type { RunClock } from "./run-clock.ts";

/** Passes generation on and counts its tokens and seconds (pauses left out). */
export class MeteredGenerator implements Generator {
  private tokens = 0;
  private seconds = 0;
  /** Tokens per second of the current or the last call. */
  rate = 0;

  constructor(
    private readonly generator: Generator,
    private readonly clock: RunClock,
  ) {}

  async generate(requests: readonly GenerationRequest[], hooks: GenerationHooks = {}): Promise<Sample[][]> {
    const began = this.clock.now();
    const elapsed = () => (this.clock.now() - began) / 1000;
    const samples = await this.generator.generate(requests, {
      ...hooks,
      onProgress: (progress) => {
        this.rate = progress.tokensPerSecond;
        hooks.onProgress?.(progress);
      },
    });
    const tokens = samples.flat().reduce((sum, sample) => sum + sample.tokens.length, 0);
    this.tokens += tokens;
    this.seconds += elapsed();
    if (elapsed() > 0) this.rate = tokens / elapsed();
    return samples;
  }

  /** Tokens, seconds, and tokens per second, since the last call of this. */
  take(): { tokens: number; seconds: number; tokensPerSecond: number } {
    const { tokens, seconds } = this;
    this.tokens = 0;
    this.seconds = 0;
    return { tokens, seconds, tokensPerSecond: seconds > 0 ? tokens / seconds : 0 };
  }
}
