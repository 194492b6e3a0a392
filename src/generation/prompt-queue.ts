import type { GenerationRequest } from "../interfaces/generator.ts";
import { dispose } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import type { PromptCache } from "./key-value-cache.ts";
import { chunkTokens, type Prefilled, prefillPrefix, prefillTogether } from "./prefill.ts";
import { type PlacedPrompt, type Prefix, sharedPrefixes } from "./shared-prefixes.ts";

/** Columns that the caches of prompts prefilled together have at most: bounds their memory. */
const COLUMNS_TOGETHER = 4096;

/** A prompt that was run through the model, with samples that have not begun. */
export interface ReadyPrompt {
  request: number;
  prefilled: Prefilled;
  /** The next sample to begin. */
  sample: number;
}

/**
 * The prompts of a call, run through the model in order and in pieces: what several of them begin with once, and
 * those that wait together in one pass where they fit.
 */
export class PromptQueue implements Disposable {
  /** Prompt tokens that were run through the model. */
  tokens = 0;
  readonly #waiting: PlacedPrompt[];
  /** Prompts that still need a prefix, and its cache. */
  readonly #caches = new Map<Prefix, { prompts: number; cache: PromptCache }>();
  #work: Generator<number, void> | null = null;
  #ready: ReadyPrompt[] = [];

  constructor(
    readonly model: LanguageModel,
    readonly requests: readonly GenerationRequest[],
  ) {
    const wanted = requests.flatMap(({ samples }, index) => (samples > 0 ? [index] : []));
    const placed = sharedPrefixes(wanted.map((index) => this.#request(index).prompt));
    this.#waiting = placed.map(({ index, prefix }) => ({ index: wanted[index] as number, prefix }));
  }

  /** No sample waits. */
  get empty(): boolean {
    return this.#ready.length === 0 && this.#work === null && this.#waiting.length === 0;
  }

  /** The first prompt that is ready; null when `advance` has to make one so. */
  get first(): ReadyPrompt | null {
    return this.#ready[0] ?? null;
  }

  /** Says that `count` more samples of the first prompt have begun; its arrays are freed after the last. */
  begun(count: number): void {
    const first = this.#ready[0] as ReadyPrompt;
    first.sample += count;
    if (first.sample < (this.requests[first.request] as GenerationRequest).samples) return;
    this.#ready.shift();
    dispose([first.prefilled.layers, first.prefilled.logits]);
  }

  /** One pass of the model, on prompts for which there are places. */
  advance(places: number): void {
    this.#work ??= this.#prefill(this.#takeGroup(places));
    const { done, value } = this.#work.next();
    if (done) this.#work = null;
    else this.tokens += value;
  }

  [Symbol.dispose](): void {
    this.#work?.return();
    for (const { prefilled } of this.#ready) dispose([prefilled.layers, prefilled.logits]);
    for (const { cache } of this.#caches.values()) dispose(cache.layers);
    this.#ready = [];
    this.#caches.clear();
  }

  *#prefill(group: readonly PlacedPrompt[]): Generator<number, void> {
    const { index, prefix } = group[0] as PlacedPrompt;
    const cache = yield* this.#cacheOf(prefix, this.#request(index).prompt);
    const prompts = group.map((each) => this.#request(each.index).prompt);
    const results = yield* prefillTogether(this.model, prompts, cache);
    results.forEach((prefilled, i) => {
      this.#ready.push({ request: (group[i] as PlacedPrompt).index, prefilled, sample: 0 });
    });
    for (let each = prefix; each; each = each.parent) this.#release(each, group.length);
  }

  /** The cache of a prefix, with which the prompt begins. */
  *#cacheOf(prefix: Prefix | null, prompt: readonly number[]): Generator<number, PromptCache | null> {
    if (!prefix) return null;
    const known = this.#caches.get(prefix);
    if (known) return known.cache;
    const before = yield* this.#cacheOf(prefix.parent, prompt);
    const cache = yield* prefillPrefix(this.model, prompt.slice(0, prefix.length), before);
    this.#caches.set(prefix, { prompts: prefix.prompts, cache });
    return cache;
  }

  /** Fewer prompts need the prefix from here on. */
  #release(prefix: Prefix, prompts: number): void {
    const entry = this.#caches.get(prefix);
    if (!entry) return;
    entry.prompts -= prompts;
    if (entry.prompts > 0) return;
    dispose(entry.cache.layers);
    this.#caches.delete(prefix);
  }

  /** The next prompt, and those behind it that one pass can take along. */
  #takeGroup(places: number): PlacedPrompt[] {
    const prefix = this.#waiting[0]?.prefix ?? null;
    const start = prefix?.length ?? 0;
    let [rows, samples, longest] = [0, 0, 0];
    for (const next of this.#waiting) {
      const { prompt, samples: wanted } = this.#request(next.index);
      samples += wanted;
      longest = Math.max(longest, prompt.length - start);
      const together =
        next.prefix === prefix &&
        samples <= places &&
        (rows + 1) * longest <= chunkTokens() &&
        (rows + 1) * (start + longest) <= COLUMNS_TOGETHER;
      if (rows > 0 && !together) break;
      rows += 1;
    }
    return this.#waiting.splice(0, rows);
  }

  #request(index: number): GenerationRequest {
    return this.requests[index] as GenerationRequest;
  }
}
