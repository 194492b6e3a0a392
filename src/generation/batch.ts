import type { GenerationHooks, GenerationRequest, Sample } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { asyncEvaluate, dispose, keep, MxArray, memory, mx, scope } from "../mlx/index.ts";
import type { DrawnTokens } from "../mlx/ops/fast.ts";
import type { LanguageModel } from "../models/language-model.ts";
import { KeyValueCache } from "./key-value-cache.ts";
import { PromptQueue, type ReadyPrompt } from "./prompt-queue.ts";
import { Row } from "./row.ts";
import { draw, type RowSampling } from "./sampler.ts";

const PROGRESS_MS = 100;
/** Idle rows are dropped from the batch when they are this share of it and none waits for them. */
const IDLE_SHARE = 0.25;

export interface BatchOptions {
  /** Sequences that are decoded together. */
  slots: number;
  /**
   * Steps that are under way while an earlier one's tokens are read. With 1, a row ends one step late, and the token
   * that it drew too many is thrown away.
   */
  lookAhead: 0 | 1;
}

/** Tokens that are being drawn for rows; null where a place is empty or its row has all the tokens that it wants. */
interface Step {
  rows: readonly (Row | null)[];
  drawn: DrawnTokens;
}

/** One call of `generate`: `advance` until it is `done`. */
export class Batch implements Disposable {
  readonly #cache: KeyValueCache;
  readonly #queue: PromptQueue;
  /** The batch's rows; null where a row has ended and nothing has taken its place. */
  #rows: (Row | null)[] = [];
  /** Begun and not yet read, oldest first. */
  #steps: Step[] = [];
  readonly #samples: (Sample | undefined)[][];
  readonly #began = performance.now();
  /** Milliseconds in hooks, a pause among them. */
  #away = 0;
  #reported = 0;
  #finished = 0;
  #tokens = 0;

  constructor(
    readonly model: LanguageModel,
    readonly tokenizer: Tokenizer,
    readonly requests: readonly GenerationRequest[],
    readonly options: BatchOptions,
    readonly hooks: GenerationHooks,
  ) {
    const { layers, keyValueHeads, headDimension } = model.config;
    this.#cache = new KeyValueCache({ layers, keyValueHeads, headDimension });
    this.#queue = new PromptQueue(model, requests);
    this.#samples = requests.map(({ samples }) => new Array<Sample | undefined>(samples).fill(undefined));
    const places = Math.min(options.slots, this.#total);
    this.#rows = new Array<Row | null>(places).fill(null);
    this.#cache.reserve(places, Math.max(0, ...requests.map(({ prompt }) => prompt.length)));
  }

  get done(): boolean {
    return this.#queue.empty && this.#rows.every((row) => row === null);
  }

  /** Fills free places, or decodes one token for every row: one pass of the model. */
  advance(): void {
    const free = this.#rows.filter((row) => row === null).length;
    if (free === 0 || this.#queue.empty) this.#decode();
    else if (this.#queue.first) this.#begin(this.#queue.first);
    else this.#queue.advance(free);
    this.#report();
  }

  /** What there is: samples that have not ended are aborted. */
  results(): Sample[][] {
    for (const row of this.#rows) {
      row?.abort();
      if (row) this.#keep(row);
    }
    return this.#samples.map((samples) => samples.map((sample) => sample ?? NOT_BEGUN));
  }

  [Symbol.dispose](): void {
    for (const { drawn } of this.#steps) dispose(drawn);
    this.#queue[Symbol.dispose]();
    this.#cache[Symbol.dispose]();
    memory.clearCache();
  }

  get #total(): number {
    return this.#samples.reduce((sum, samples) => sum + samples.length, 0);
  }

  /** Begins samples of a prompt in the free places. */
  #begin({ request: index, sample: first, prefilled }: ReadyPrompt): void {
    const request = this.requests[index] as GenerationRequest;
    const places = this.#rows.flatMap((row, place) => (row === null ? [place] : []));
    const count = Math.min(places.length, request.samples - first);
    const maxTokens = Math.min(request.maxTokens, this.model.config.contextLength - request.prompt.length);
    const fresh = Array.from(
      { length: count },
      (_, i) => new Row(request, { request: index, sample: first + i }, this.tokenizer, maxTokens),
    );
    const { logits } = prefilled;
    const last = Int32Array.from(fresh, (row) => row.last);
    const all = () => mx.broadcastTo(logits, [count, logits.shape[1] as number]);
    this.#read(scope(() => this.#draw(all(), fresh, MxArray.from(last), [])));
    // A row that its first token ends takes no place.
    const going = fresh.filter(({ finish }) => finish === null);
    going.forEach((row, i) => {
      this.#rows[places[i] as number] = row;
    });
    if (going.length > 0) this.#cache.put(places.slice(0, going.length), prefilled);
    this.#queue.begun(count);
  }

  /** Begins a step, if a row wants a token, and reads the oldest one, if enough are under way. */
  #decode(): void {
    this.#dropIdle();
    const wanted = this.#rows.some((row) => row?.wantsToken);
    if (wanted) this.#steps.push(this.#step());
    if (this.#steps.length > (wanted ? this.options.lookAhead : 0)) this.#read(this.#steps.shift() as Step);
    this.#rows = this.#rows.map((row, place) => {
      if (row?.finish) this.#cache.release(place);
      return row?.finish ? null : row;
    });
  }

  /** One token for every row. Empty places are computed along with the others until they are dropped. */
  #step(): Step {
    return scope(() => {
      const step = this.#steps.at(-1);
      const ahead = this.#rows.map((row, place) => row !== null && step?.rows[place] === row);
      const tokens = this.#lastTokens(step, ahead);
      const context = this.#cache.nextToken();
      const states = this.model.layers.reduce(
        (x, layer) => layer.forward(x, context),
        this.model.embed(mx.expandDims(tokens, 1), context.offset),
      );
      const logits = mx.reshape(this.model.head(states), [this.#rows.length, -1]);
      return this.#draw(logits, this.#rows, tokens, ahead);
    });
  }

  /** The newest token of each row, [B] int32: unread, that of the step under way, where the row is in it. */
  #lastTokens(step: Step | undefined, ahead: readonly boolean[]): MxArray {
    const known = MxArray.from(Int32Array.from(this.#rows, (row) => row?.last ?? 0));
    return step ? mx.where(MxArray.from(ahead), step.drawn.tokens, known) : known;
  }

  /** Begins to draw the next token of each row that wants one; `ahead`: rows whose last token is not read yet. */
  #draw(logits: MxArray, rows: readonly (Row | null)[], last: MxArray, ahead: readonly boolean[]): Step {
    const penalised = penalisedTokens(rows, last, ahead);
    const asking = rows.map((row) => (row?.wantsToken ? row : null));
    const drawn = draw(
      logits,
      rows.map((row) => row?.sampling ?? IDLE),
      asking.map((row) => row?.ask() ?? 0),
      penalised,
    );
    asyncEvaluate(drawn);
    return { rows: asking, drawn: keep(drawn) };
  }

  /** Waits for a step and gives its tokens to the rows that have not ended meanwhile. */
  #read({ rows, drawn }: Step): void {
    const tokens = drawn.tokens.toInt32();
    const plain = drawn.logProbabilities.toFloat32();
    const tempered = drawn.tempered.toFloat32();
    const sampling = drawn.sampling.toFloat32();
    dispose(drawn);
    rows.forEach((row, i) => {
      if (!row || row.finish) return;
      row.take({
        token: tokens[i] as number,
        plain: plain[i] as number,
        tempered: tempered[i] as number,
        sampling: sampling[i] as number,
      });
      this.#tokens += 1;
      if (row.finish) this.#keep(row);
    });
  }

  #keep(row: Row): void {
    const { request, sample } = row.place;
    const value = row.sample();
    (this.#samples[request] as Sample[])[sample] = value;
    if (value.finish === "aborted") return;
    this.#finished += 1;
    this.#call(() => this.hooks.onSample?.(request, sample, value));
  }

  #dropIdle(): void {
    const going = this.#rows.flatMap((row, place) => (row ? [place] : []));
    const idle = this.#rows.length - going.length;
    if (idle <= this.#rows.length * IDLE_SHARE || going.length === 0) return;
    this.#cache.select(going);
    this.#rows = going.map((place) => this.#rows[place] as Row);
    this.#steps = this.#steps.map(({ rows, drawn }) =>
      scope(() => {
        const places = MxArray.from(Int32Array.from(going));
        const part = (x: MxArray) => keep(mx.take(x, places, 0));
        const { tokens, logProbabilities, tempered, sampling } = drawn;
        const taken = {
          tokens: part(tokens),
          logProbabilities: part(logProbabilities),
          tempered: part(tempered),
          sampling: part(sampling),
        };
        dispose(drawn);
        return { rows: going.map((place) => rows[place] ?? null), drawn: taken };
      }),
    );
  }

  #report(): void {
    const { onProgress } = this.hooks;
    const now = performance.now();
    if (!onProgress || (now - this.#reported < PROGRESS_MS && !this.done)) return;
    this.#reported = now;
    const seconds = (now - this.#began - this.#away) / 1000;
    const live = this.#rows.find((row) => row !== null);
    this.#call(() =>
      onProgress({
        finished: this.#finished,
        total: this.#total,
        tokens: this.#tokens,
        promptTokens: this.#queue.tokens,
        tokensPerSecond: this.#tokens / Math.max(1e-3, seconds),
        ...(live ? { live: { ...live.place, text: live.text.settled } } : {}),
      }),
    );
  }

  /** Calls a hook; what it takes (a pause, perhaps) is no time of generation. */
  #call(hook: () => void): void {
    const began = performance.now();
    hook();
    this.#away += performance.now() - began;
  }
}

/** What an empty place is sampled with: nothing reads it. */
const IDLE: RowSampling = { temperature: 1, topK: 0, topP: 1, minP: 0, repetitionPenalty: 1 };

const NOT_BEGUN: Sample = {
  tokens: [],
  text: "",
  logProbabilities: new Float32Array(0),
  temperedLogProbabilities: new Float32Array(0),
  samplingLogProbabilities: new Float32Array(0),
  finish: "aborted",
};

/** The tokens that the rows' repetition penalties are for, [B, K]: shorter lists are filled with the last token, [B]. */
function penalisedTokens(
  rows: readonly (Row | null)[],
  last: MxArray,
  ahead: readonly boolean[],
): MxArray | null {
  if (rows.every((row) => !row || row.sampling.repetitionPenalty === 1)) return null;
  const lists = rows.map((row, i) => row?.penalised(ahead[i] ?? false) ?? []);
  const width = 1 + Math.max(...lists.map((list) => list.length));
  const filled = lists.flatMap((list) => [...list, ...new Array<number>(width - list.length).fill(-1)]);
  const known = MxArray.from(Int32Array.from(filled), [rows.length, width]);
  return mx.where(mx.less(known, 0), mx.expandDims(last, 1), known);
}
