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
 * Inference: weights + cache + max(prefill, decode)
 *   cache    2 L B K C, C = T rounded up to 128 columns, since the cache grows in such steps
 *   prefill  a token takes 6 D + 4 Q + 3 K + 3 F values in the layer under way and leaves 2 K in each; a pass takes
 *            256 tokens (GPU: 2048) of prompts together, or of one that is longer, whose keys and values are then
 *            there twice: as they were, and with those of the pass
 *   decode   B tokens, with those values of every layer, and logits B V
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
  /** What is computed on the way, at the peak. */
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
  const { layers: L, keyValueHeads, headDimension, hiddenSize: D, vocabularySize: V } = headers.config;
  const { Q, K, F } = widths(headers);
  const columns = Math.ceil(length / CACHE_STEP) * CACHE_STEP;
  const cache = VALUE * 2 * L * batch * keyValueHeads * headDimension * columns;
  const layer = VALUE * (6 * D + 4 * Q + 3 * K + 3 * F);
  const chunk = Math.min(batch * prompt, PREFILL_TOKENS[device]);
  const prefill = chunk * layer + VALUE * 2 * L * K * (prompt > chunk ? 2 * prompt : chunk);
  const decode = batch * (L * layer + VALUE * V);
  return estimate({
    weights: heldWeights(headers.weights, device),
    cache,
    trained: 0,
    activations: Math.max(prefill, decode),
  });
}

export function trainingMemory(
  headers: ModelHeaders,
  { device, tokens: N, answered: M, rank, checkpointing }: TrainingSettings,
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
    // All weights are trained in float32, and counted there.
    weights: rank === null ? 0 : heldWeights(headers.weights, device),
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
