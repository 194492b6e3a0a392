import type { ModelHeaders, WeightHeader } from "./model-headers.ts";
import { PREFILL_TOKENS } from "./pass-sizes.ts";

/**
 * How much memory a model takes at its peak, from its headers alone. All sizes in bytes; on the CPU every value that
 * is computed is float32. Letters: B sequences of T tokens, V, D as in the docstrings; Q = heads x d, K = key-value
 * heads x d, F = width of the MLP, L layers, P trained parameters.
 *
 * Held in any case: the weights. 4- and 8-bit ones stay packed, with scales and biases in float32 on the CPU; other
 * bits are expanded to float32 there. GPUs hold what the file holds.
 *
 * Inference: weights + the most of prefill, begin and decode
 *   cache    2 L B K C, C = T rounded up to 128 columns, since the cache grows in such steps; begun, it has those that a
 *            prompt and one token take, and there is none before the first prompts are through
 *   prefill  a token takes 6 D + 4 Q + 3 K + 3 F values in the layer under way and leaves 2 K in each; a pass takes
 *            256 tokens (GPU: 2048) of whole prompts, whose keys and values are then taken apart and so there twice,
 *            or of one that is longer, with those of its earlier passes as they were and with this one's behind them
 *   begin    the cache as begun, beside the keys and values of the prompts of a pass
 *   decode   the cache with B tokens, which take those values of every layer, and logits B V; or with a layer of it
 *            once more while it grows
 *
 * Training, a microbatch of N padded tokens of which M are answered ones: weights + trained + max(pass, update)
 *   trained  3 P: the parameters and the two moments of AdamW
 *   pass     a layer keeps for its gradient, for each token, kept = 4 D + 3 Q + 2 K + 3 F and the rank of each adapter
 *            with checkpointing    N ((L + 1) D + kept) + max(2 logits, logits + 2 N kept) + gradients
 *            without               N L kept + max(2 logits, logits + 2 N kept) + gradients
 *            logits M V, but no more than 2^24 at a time: from then on they are computed in chunks
 *            gradients 2 P: those of the pass and their sum
 *   update   5 P: gradients, clipped ones, new parameters and new moments
 * With one update on a batch; `epochs` and `minibatches` hold another 3 P, the way back to before the first.
 */
export interface MemoryEstimate {
  weights: number;
  /** Keys and values; 0 for training. */
  cache: number;
  /** Parameters and moments; 0 for inference. */
  trained: number;
  /** What is there at the peak beyond the other parts. */
  activations: number;
  total: number;
}

export interface InferenceSettings {
  device: "cpu" | "gpu";
  /** B. */
  batch: number;
  /** T, prompt and answer together. */
  length: number;
  /** Tokens of a prompt, of these. */
  prompt: number;
}

export interface TrainingSettings {
  device: "cpu" | "gpu";
  /** N, `training.tokens_per_microbatch`. */
  tokens: number;
  /** M: those of an answer, whose logits are computed. */
  answered: number;
  /** Of LoRA adapters on every projection; null trains every weight. */
  rank: number | null;
  /** `training.gradient_checkpointing`. */
  checkpointing: boolean;
  /** Whether all weights are trained and held once more as they were loaded. */
  reference?: boolean;
}

/** Bytes of a value that is computed. */
const VALUE = 4;
/** Columns in which the cache grows. */
const CACHE_STEP = 128;
/** Elements of logits that exist at once in training. */
const LOGITS_CHUNK = 2 ** 24;

export function inferenceMemory(
  headers: ModelHeaders,
  { device, batch, length, prompt }: InferenceSettings,
): MemoryEstimate {
  const { layers: L, hiddenSize: D, vocabularySize: V } = headers.config;
  const { Q, K, F } = widths(headers);
  const keysAndValues = VALUE * 2 * L * K;
  const cacheOf = (tokens: number) => batch * keysAndValues * Math.ceil(tokens / CACHE_STEP) * CACHE_STEP;
  const begun = cacheOf(prompt + 1);
  const cache = Math.max(begun, cacheOf(length));
  const layer = VALUE * (6 * D + 4 * Q + 3 * K + 3 * F);
  const most = PREFILL_TOKENS[device];
  // Of whole prompts that fit a pass together, or of the longest pass over one that does not.
  const together = Math.max(1, Math.min(batch, Math.floor(most / Math.max(1, prompt))));
  const pass = Math.min(together * prompt, most);
  const made = together * prompt * keysAndValues;
  const earlier = (Math.ceil(prompt / most) - 1) * most * keysAndValues;
  const prefill =
    (batch > together ? begun : 0) +
    made +
    (prompt > most ? earlier + pass * layer : Math.max(pass * layer, together > 1 ? made : 0));
  const decode = cache + Math.max(batch * (L * layer + VALUE * V), cache > begun ? cache / L : 0);
  return estimate({
    weights: heldWeights(headers.weights, device),
    cache,
    trained: 0,
    activations: Math.max(prefill, begun + made, decode) - cache,
  });
}

export function trainingMemory(
  headers: ModelHeaders,
  { device, tokens: N, answered: M, rank, checkpointing, reference = false }: TrainingSettings,
): MemoryEstimate {
  const { layers: L, hiddenSize: D, vocabularySize: V } = headers.config;
  const { Q, K, F } = widths(headers);
  const projections = headers.weights.filter(isProjection);
  const parameters =
    rank === null
      ? countParameters(headers.weights)
      : projections.reduce((sum, { shape: [outputs = 0, inputs = 0] }) => sum + rank * (outputs + inputs), 0);
  const adapters = rank === null ? 0 : (rank * projections.length) / L;
  const kept = N * (4 * D + 3 * Q + 2 * K + 3 * F + adapters);
  const logits = Math.min(M * V, LOGITS_CHUNK);
  const held = checkpointing ? N * (L + 1) * D + kept : L * kept;
  const pass = held + Math.max(2 * logits, logits + 2 * kept) + 2 * parameters;
  return estimate({
    // All weights are trained in float32, and counted there, but for what the divergence is measured from.
    weights: rank === null ? (reference ? VALUE * parameters : 0) : heldWeights(headers.weights, device),
    cache: 0,
    trained: VALUE * 3 * parameters,
    activations: VALUE * Math.max(pass, 5 * parameters),
  });
}

/** Numbers that the weights stand for. */
export function countParameters(weights: readonly WeightHeader[]): number {
  return weights.reduce((sum, { shape }) => sum + size(shape), 0);
}

/** Bytes of the weights in memory. */
export function heldWeights(weights: readonly WeightHeader[], device: "cpu" | "gpu"): number {
  return weights.reduce((sum, { shape, bytes, packing }) => {
    if (device === "gpu") return sum + bytes;
    const count = size(shape);
    if (!packing || ![4, 8].includes(packing.bits)) return sum + VALUE * count;
    return sum + (count * packing.bits) / 8 + (2 * VALUE * count) / packing.groupSize;
  }, 0);
}

function estimate(parts: Omit<MemoryEstimate, "total">): MemoryEstimate {
  return { ...parts, total: Object.values(parts).reduce((a, b) => a + b, 0) };
}

function widths({ config }: ModelHeaders): { Q: number; K: number; F: number } {
  const { heads, keyValueHeads, headDimension: d, intermediateSize: F } = config;
  return { Q: heads * d, K: keyValueHeads * d, F };
}

/** A matrix of a layer, as Hugging Face, GPT-2 and GGUF files spell it. */
function isProjection({ name, shape }: WeightHeader): boolean {
  return shape.length === 2 && /^((model|transformer)\.)?(layers|h|blk)\.\d+\./.test(name);
}

const size = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1);
