import { EngineError } from "../errors/index.ts";
import type { FinishReason, GenerationRequest, Sample } from "../interfaces/generator.ts";
import type { Tokenizer } from "../interfaces/tokenizer.ts";
import { type RandomStream, stream } from "../random/stream.ts";
import { ResponseText } from "./response-text.ts";
import type { RowSampling } from "./sampler.ts";

/** A token that a row has drawn, with its log-probabilities; see Sample. */
export interface DrawnToken {
  token: number;
  plain: number;
  tempered: number;
  sampling: number;
}

/** A sample under way: one row of the batch. */
export class Row {
  readonly sampling: RowSampling;
  readonly text: ResponseText;
  /** Why the sample ended; null while it goes on. */
  finish: FinishReason | null = null;
  readonly #random: RandomStream;
  readonly #drawn: DrawnToken[] = [];
  /** Tokens that have been asked for: those drawn, and those of steps under way. */
  #asked = 0;

  constructor(
    readonly request: GenerationRequest,
    /** Of the request within its call, and of the sample within its request. */
    readonly place: { request: number; sample: number },
    readonly tokenizer: Tokenizer,
    /** Most new tokens: the request's, or what the context has room for. */
    readonly maxTokens: number,
  ) {
    const { temperature, topK = 0, topP = 1, minP = 0, repetitionPenalty = 1 } = request;
    this.sampling = { temperature, topK, topP, minP, repetitionPenalty };
    this.text = new ResponseText(tokenizer, request.stop ?? []);
    this.#random = stream(request.seed, (request.firstSample ?? 0) + place.sample);
  }

  /** The newest token, or the prompt's last one. */
  get last(): number {
    return this.#drawn.at(-1)?.token ?? (this.request.prompt.at(-1) as number);
  }

  get wantsToken(): boolean {
    return this.finish === null && this.#asked < this.maxTokens;
  }

  /** The number that decides the next token. Each is used for one token, in order, whatever the batch does. */
  ask(): number {
    this.#asked += 1;
    return this.sampling.temperature > 0 ? this.#random.uniform() : 0;
  }

  /** The tokens that the repetition penalty is for, as far as they are known; `ahead` when one is under way. */
  penalised(ahead: boolean): readonly number[] {
    if (this.sampling.repetitionPenalty === 1) return [];
    const { prompt, repetitionWindow = 0 } = this.request;
    const all = [...prompt, ...this.#drawn.map(({ token }) => token)];
    return repetitionWindow > 0
      ? all.slice(Math.max(0, all.length - repetitionWindow + (ahead ? 1 : 0)))
      : all;
  }

  /** Takes a token in; what ends the row is in `finish`. Throws EngineError where the logits were not finite. */
  take(drawn: DrawnToken): void {
    if (!Number.isFinite(drawn.plain)) this.#refuse();
    this.#drawn.push(drawn);
    if (!this.request.ignoreEnd && this.tokenizer.endTokens.has(drawn.token)) this.finish = "end";
    else {
      this.text.push(drawn.token);
      if (this.text.stopped) this.finish = "stop";
      else if (this.#drawn.length >= this.maxTokens) this.finish = "length";
    }
    if (this.finish !== null) this.#close();
  }

  abort(): void {
    this.finish = "aborted";
    this.#close();
  }

  sample(): Sample {
    const list = (name: "plain" | "tempered" | "sampling") =>
      Float32Array.from(this.#drawn, (drawn) => drawn[name]);
    return {
      tokens: this.#drawn.map(({ token }) => token),
      text: this.text.text,
      logProbabilities: list("plain"),
      temperedLogProbabilities: list("tempered"),
      samplingLogProbabilities: list("sampling"),
      finish: this.finish ?? "aborted",
    };
  }

  /** Bytes that were still open may hold a stop string. */
  #close(): void {
    this.text.finish();
    if (this.text.stopped) this.finish = "stop";
  }

  #refuse(): never {
    const { request, sample } = this.place;
    throw new EngineError(
      `token ${this.#drawn.length + 1} of sample ${sample} of request ${request}: its logits hold NaN or infinity`,
      { mend: "The weights are damaged, or training diverged: go back to an earlier checkpoint." },
    );
  }
}
