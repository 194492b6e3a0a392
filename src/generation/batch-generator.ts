import { ConfigError, EngineError } from "../errors/index.ts";
import type {
  FinishReason,
  GenerationHooks,
  GenerationRequest,
  Generator,
  Sample,
} from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { dispose, evaluate, MxArray, memory, mx, scope } from "../mlx/index.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { type RandomStream, stream } from "../random/stream.ts";
import { KeyValueCache } from "./key-value-cache.ts";
import { type Prefilled, prefill } from "./prefill.ts";
import { ResponseText } from "./response-text.ts";
import { draw, type RowSampling } from "./sampler.ts";

export interface BatchGeneratorOptions {
  /** Sequences that are decoded together. */
  slots?: number;
}

const PROGRESS_MS = 200;
/** Idle rows are dropped from the batch when they are this share of it and none waits for them. */
const IDLE_SHARE = 0.25;

/** A sample under way: one row of the batch. */
interface Row {
  request: number;
  sample: number;
  random: RandomStream;
  sampling: RowSampling;
  maxTokens: number;
  tokens: number[];
  logProbabilities: number[];
  tempered: number[];
  drawnFrom: number[];
  text: ResponseText;
}

/**
 * Batched sampling with continuous refill: a prompt is prefilled once and its keys and values shared by its
 * samples; a row that ends gives its place to a sample that waits.
 */
export class BatchGenerator implements Generator {
  readonly #slots: number;

  constructor(
    readonly model: LanguageModel,
    readonly tokenizer: Tokenizer,
    { slots = 32 }: BatchGeneratorOptions = {},
  ) {
    this.#slots = slots;
  }

  /** Throws ConfigError for a prompt that leaves the model's context no room for a token. */
  async generate(requests: readonly GenerationRequest[], hooks: GenerationHooks = {}): Promise<Sample[][]> {
    for (const { prompt } of requests) checkLength(prompt.length, this.model.config.contextLength);
    using batch = new Batch(this.model, this.tokenizer, requests, this.#slots, hooks);
    while (!batch.done && !hooks.signal?.aborted) {
      batch.advance();
      // Messages, an abort among them, get through between steps.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return batch.results();
  }
}

function checkLength(tokens: number, contextLength: number): void {
  if (tokens > 0 && tokens < contextLength) return;
  throw new ConfigError(`a prompt of ${tokens} tokens: this model takes 1 to ${contextLength - 1}`, {
    mend: "Shorten the prompt (in self-play: fewer references, or a lower max_prompt_tokens).",
  });
}

/** One call of `generate`. */
class Batch implements Disposable {
  readonly #cache: KeyValueCache;
  /** The batch's rows; null where a row has ended and nothing has taken its place. */
  #rows: (Row | null)[] = [];
  /** Prompts whose samples have not all begun. */
  #prefilled: Prefilled | null = null;
  #next = { request: 0, sample: 0 };
  readonly #samples: (Sample | undefined)[][];
  readonly #began = performance.now();
  #reported = 0;
  #finished = 0;
  #tokens = 0;
  #promptTokens = 0;

  constructor(
    readonly model: LanguageModel,
    readonly tokenizer: Tokenizer,
    readonly requests: readonly GenerationRequest[],
    readonly slots: number,
    readonly hooks: GenerationHooks,
  ) {
    const { layers, keyValueHeads, headDimension } = model.config;
    this.#cache = new KeyValueCache({ layers, keyValueHeads, headDimension });
    this.#samples = requests.map(({ samples }) => new Array<Sample | undefined>(samples).fill(undefined));
  }

  get done(): boolean {
    return !this.#waiting && this.#rows.every((row) => row === null);
  }

  /** Fills free places, or decodes one token for every row. */
  advance(): void {
    if (this.#waiting && this.#free > 0) this.#admit();
    else this.#decode();
    this.#report();
  }

  /** What there is: samples that have not ended are aborted. */
  results(): Sample[][] {
    for (const row of this.#rows) if (row) this.#end(row, "aborted");
    return this.#samples.map((samples) =>
      samples.map(
        (one) =>
          one ?? {
            tokens: [],
            text: "",
            logProbabilities: new Float32Array(0),
            temperedLogProbabilities: new Float32Array(0),
            samplingLogProbabilities: new Float32Array(0),
            finish: "aborted",
          },
      ),
    );
  }

  [Symbol.dispose](): void {
    this.#cache[Symbol.dispose]();
    this.#dropPrompt();
    memory.clearCache();
  }

  get #waiting(): boolean {
    return this.#next.request < this.requests.length;
  }

  get #free(): number {
    return this.slots - this.#rows.filter((row) => row !== null).length;
  }

  /** Begins samples of the next request: as many as there are free places. */
  #admit(): void {
    const { request: index, sample: first } = this.#next;
    const request = this.requests[index] as GenerationRequest;
    const count = Math.min(this.#free, request.samples - first);
    if (count > 0 && !this.#prefilled) {
      this.#prefilled = prefill(this.model, request.prompt);
      this.#promptTokens += request.prompt.length;
    }
    const fresh = Array.from({ length: count }, (_, i) => this.#begin(index, first + i));
    if (fresh.length > 0 && this.#prefilled) {
      const { logits } = this.#prefilled;
      scope(() => this.#sample(mx.broadcastTo(logits, [count, logits.shape[1] as number]), fresh));
      // A row that its first token ends takes no place.
      const going = fresh.filter((row) => !this.#settle(row));
      this.#place(going, this.#prefilled);
    }
    const over = first + count >= request.samples;
    this.#next = over ? { request: index + 1, sample: 0 } : { request: index, sample: first + count };
    if (over) this.#dropPrompt();
  }

  #begin(index: number, number: number): Row {
    const request = this.requests[index] as GenerationRequest;
    const { temperature, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = request;
    const { maxTokens, stop = [], seed } = request;
    return {
      request: index,
      sample: number,
      random: stream(seed, number),
      sampling: { temperature, topK, topP, minP, repetitionPenalty },
      maxTokens: Math.min(maxTokens, this.model.config.contextLength - request.prompt.length),
      tokens: [],
      logProbabilities: [],
      tempered: [],
      drawnFrom: [],
      text: new ResponseText(this.tokenizer, stop),
    };
  }

  /** Puts new rows into empty places first, and the rest at the bottom of the batch. */
  #place(fresh: Row[], prompt: Prefilled): void {
    if (fresh.length === 0) return;
    scope(() => {
      const rest = [...fresh];
      for (let place = 0; place < this.#rows.length && rest.length > 0; place++) {
        if (this.#rows[place] !== null) continue;
        this.#cache.overwrite(place, prompt);
        this.#rows[place] = rest.shift() as Row;
      }
      if (rest.length > 0) this.#cache.append(prompt, rest.length);
      this.#rows.push(...rest);
    });
  }

  /** One token for every row. Empty places are computed along with the others until they are dropped. */
  #decode(): void {
    this.#dropIdle();
    scope(() => {
      const last = this.#rows.map((row) => row?.tokens.at(-1) ?? 0);
      const context = this.#cache.nextToken();
      const tokens = MxArray.from(Int32Array.from(last), [last.length, 1]);
      const states = this.model.layers.reduce(
        (x, layer) => layer.forward(x, context),
        this.model.embed(tokens),
      );
      this.#sample(mx.reshape(this.model.head(states), [last.length, -1]), this.#rows);
    });
    this.#rows = this.#rows.map((row) => (row && this.#settle(row) ? null : row));
  }

  /** Draws the next token of each row from its logits. */
  #sample(logits: MxArray, rows: readonly (Row | null)[]): void {
    const drawn = draw(
      logits,
      rows.map((row) => row?.sampling ?? IDLE),
      rows.map((row) => (row && row.sampling.temperature > 0 ? row.random.uniform() : 0)),
      this.#history(rows),
    );
    evaluate(drawn.tokens, drawn.logProbabilities, drawn.tempered, drawn.sampling);
    const tokens = drawn.tokens.toInt32();
    const [plain, tempered, sampling] = [drawn.logProbabilities, drawn.tempered, drawn.sampling].map((each) =>
      each.toFloat32(),
    ) as [Float32Array, Float32Array, Float32Array];
    rows.forEach((row, i) => {
      if (!row) return;
      if (!Number.isFinite(plain[i])) refuseLogits(row);
      row.tokens.push(tokens[i] as number);
      row.logProbabilities.push(plain[i] as number);
      row.tempered.push(tempered[i] as number);
      row.drawnFrom.push(sampling[i] as number);
      this.#tokens += 1;
    });
  }

  /** The tokens that the rows' repetition penalties are for, [B, K]: shorter lists are filled with one of theirs. */
  #history(rows: readonly (Row | null)[]): MxArray | null {
    const lists = rows.map((row) => {
      if (!row || row.sampling.repetitionPenalty === 1) return [0];
      const { prompt, repetitionWindow = 0 } = this.requests[row.request] as GenerationRequest;
      const all = [...prompt, ...row.tokens];
      return repetitionWindow > 0 ? all.slice(-repetitionWindow) : all;
    });
    if (rows.every((row) => !row || row.sampling.repetitionPenalty === 1)) return null;
    const width = Math.max(...lists.map((list) => list.length));
    const filled = lists.flatMap((list) => [...list, ...new Array(width - list.length).fill(list[0])]);
    return MxArray.from(Int32Array.from(filled), [rows.length, width]);
  }

  /** Takes a row's newest token into its text; true when the row has ended. */
  #settle(row: Row): boolean {
    const token = row.tokens.at(-1) as number;
    const { ignoreEnd = false } = this.requests[row.request] as GenerationRequest;
    if (!ignoreEnd && this.tokenizer.endTokens.has(token)) return this.#end(row, "end");
    row.text.push(token);
    if (row.text.stopped) return this.#end(row, "stop");
    return row.tokens.length >= row.maxTokens ? this.#end(row, "length") : false;
  }

  #end(row: Row, finish: FinishReason): true {
    const text = row.text.finish();
    const value: Sample = {
      tokens: row.tokens,
      text,
      logProbabilities: Float32Array.from(row.logProbabilities),
      temperedLogProbabilities: Float32Array.from(row.tempered),
      samplingLogProbabilities: Float32Array.from(row.drawnFrom),
      finish: row.text.stopped ? "stop" : finish,
    };
    (this.#samples[row.request] as Sample[])[row.sample] = value;
    if (finish !== "aborted") {
      this.#finished += 1;
      this.hooks.onSample?.(row.request, row.sample, value);
    }
    return true;
  }

  #dropIdle(): void {
    const going = this.#rows.flatMap((row, place) => (row ? [place] : []));
    if (this.#rows.length - going.length <= this.#rows.length * IDLE_SHARE) return;
    scope(() => this.#cache.select(going));
    this.#rows = going.map((place) => this.#rows[place] as Row);
  }

  #dropPrompt(): void {
    if (this.#prefilled) dispose([this.#prefilled.layers, this.#prefilled.logits]);
    this.#prefilled = null;
  }

  #report(): void {
    const { onProgress } = this.hooks;
    const now = performance.now();
    if (!onProgress || (now - this.#reported < PROGRESS_MS && !this.done)) return;
    this.#reported = now;
    const live = this.#rows.find((row) => row !== null);
    onProgress({
      finished: this.#finished,
      total: this.#samples.reduce((sum, samples) => sum + samples.length, 0),
      tokens: this.#tokens,
      promptTokens: this.#promptTokens,
      tokensPerSecond: this.#tokens / Math.max(1e-3, (now - this.#began) / 1000),
      ...(live ? { live: { request: live.request, sample: live.sample, text: live.text.text } } : {}),
    });
  }
}

/** What an empty place is sampled with: nothing reads it. */
const IDLE: RowSampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

function refuseLogits({ request, sample, tokens }: Row): never {
  throw new EngineError(
    `token ${tokens.length + 1} of sample ${sample} of request ${request}: its logits hold NaN or infinity`,
    { mend: "The weights are damaged, or training diverged: go back to an earlier checkpoint." },
  );
}
