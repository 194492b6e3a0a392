import type { GenerationHooks, GenerationRequest, Generator, Sample } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { device } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { Batch, type BatchOptions } from "./batch.ts";
import { checkRequest } from "./request-check.ts";

/**
 * Batched sampling with continuous refill: a prompt is prefilled once and its keys and values shared by its samples,
 * and what several prompts of a call begin with is prefilled once; a row that ends gives its place to a sample that
 * waits.
 */
export class BatchGenerator implements Generator {
  readonly #options: BatchOptions;

  /** `lookAhead` is 1 on GPU backends unless given. */
  constructor(
    readonly model: LanguageModel,
    readonly tokenizer: Tokenizer,
    { slots = 32, lookAhead }: Partial<BatchOptions> = {},
  ) {
    this.#options = { slots, lookAhead: lookAhead ?? (device.getDefault() === "gpu" ? 1 : 0) };
  }

  /** Throws ConfigError for a request that the model cannot take, and EngineError for logits that are not finite. */
  async generate(requests: readonly GenerationRequest[], hooks: GenerationHooks = {}): Promise<Sample[][]> {
    for (const request of requests) checkRequest(request, this.model.config);
    using batch = new Batch(this.model, this.tokenizer, requests, this.#options, hooks);
    while (!batch.done && !hooks.signal?.aborted) {
      batch.advance();
      // Messages, an abort among them, get through between steps.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return batch.results();
  }
}
