/** Below it the logits over the temperature leave float32; such a distribution is the greedy one, which is 0. */
export const LEAST_TEMPERATURE = 1e-4;

export const isTemperature = (value: number): boolean =>
  value === 0 || (value >= LEAST_TEMPERATURE && Number.isFinite(value));

/** One prompt and the samples wanted of it. The prompt is prefilled once and its KV cache shared. */
export interface GenerationRequest {
  /** Token ids of the prompt, at least one. */
  prompt: readonly number[];
  /** Number of samples to draw. */
  samples: number;
  /** Most new tokens per sample. */
  maxTokens: number;
  /** 0 is greedy, else at least LEAST_TEMPERATURE. Sampling divides the logits by it before top-k, top-p and min-p are applied. */
  temperature: number;
  /** Keep the k most likely tokens; 0 keeps all. */
  topK?: number;
  /** Keep the smallest set of tokens whose probability reaches p; 1 keeps all. */
  topP?: number;
  /** Drop tokens less likely than minP times the most likely one; 0 drops none. */
  minP?: number;
  /**
   * Above 0: positive logits of tokens that the prompt or the response holds already are divided by it, negative
   * ones multiplied, before the temperature (CTRL, arXiv 1909.05858, section 4.1). 1 does nothing.
   */
  repetitionPenalty?: number;
  /** The penalty looks at this many last tokens of prompt and response; 0 at all of them. */
  repetitionWindow?: number;
  /** Generation of a sample ends before the first of these strings appears in its text; none is empty. */
  stop?: readonly string[];
  /** End tokens are sampled like any other and end nothing: for benchmarks that want exactly `maxTokens`. */
  ignoreEnd?: boolean;
  /** Seed of the request: sample i draws from stream(seed, firstSample + i), whatever its neighbours in the batch. */
  seed: number;
  /** 0 when absent; more to go on after samples that are there already. */
  firstSample?: number;
}

export type FinishReason = "end" | "stop" | "length" | "aborted";

export interface Sample {
  /** Sampled token ids, the end token included when the model gave one, tokens of a stop string included. */
  tokens: number[];
  /** Decoded text, without end token and stop string. */
  text: string;
  /** Natural-log probability of each sampled token under softmax(logits), [tokens.length]. */
  logProbabilities: Float32Array;
  /**
   * Under softmax(logits / temperature), neither penalised nor truncated: what a policy that samples at this
   * temperature is trained on. 0 where the temperature is 0.
   */
  temperedLogProbabilities: Float32Array;
  /**
   * Under the distribution that the token was drawn from: repetition penalty, temperature, top-k, top-p and min-p,
   * what is left of them normalised. 0 where the temperature is 0.
   */
  samplingLogProbabilities: Float32Array;
  finish: FinishReason;
}

export interface GenerationProgress {
  /** Samples finished and wanted. */
  finished: number;
  total: number;
  /** Tokens sampled so far in this call, and prompt tokens prefilled. */
  tokens: number;
  promptTokens: number;
  /** Sampled tokens per second since the call began, the time spent in hooks (a pause, say) left out. */
  tokensPerSecond: number;
  /** Text so far of one sample that is being written, for live display. */
  live?: { request: number; sample: number; text: string };
}

export interface GenerationHooks {
  /** Called as soon as a sample ends, so that validation overlaps with generation. */
  onSample?: (request: number, sample: number, value: Sample) => void;
  /** Called several times a second at most. */
  onProgress?: (progress: GenerationProgress) => void;
  /** Ends generation at the next step or piece of a prompt; unfinished samples come back with finish "aborted". */
  signal?: AbortSignal;
}

/** Draws samples from a language model. Implemented by the batched generator and by the engine's proxy of it. */
export interface Generator {
  /** Result [r][s]: sample s of request r. */
  generate(requests: readonly GenerationRequest[], hooks?: GenerationHooks): Promise<Sample[][]>;
}
