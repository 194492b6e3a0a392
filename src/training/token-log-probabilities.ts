import { type MxArray, mx } from "../mlx/index.ts";
import { recompute } from "./recompute.ts";
import type { TrainableParameters } from "./trainable.ts";

/** Elements of logits that exist at once: 512 MiB in float32, and as much again for their gradient. */
const CHUNK_ELEMENTS = 2 ** 27;

export interface TokenLogProbabilities {
  /** log p(target), [M], float32. */
  logProbabilities: MxArray;
  /** Entropy of the whole distribution, nats, [M], float32. */
  entropy: MxArray;
}

export interface OutputHead {
  /** hidden [M, D] -> logits [M, V]. */
  logits(hidden: MxArray): MxArray;
  vocabularySize: number;
  /** The trainable parameters that `logits` reads; none under LoRA. */
  parameters: TrainableParameters;
}

/**
 * Log-probability of each target and entropy of its distribution. hidden [M, D], targets [M] -> [M], [M].
 * Works through the tokens in chunks; where there are several, a chunk's logits are computed again in the
 * backward pass, so that no more than a chunk of [M, V] exists at a time.
 */
export function tokenLogProbabilities(
  head: OutputHead,
  hidden: MxArray,
  targets: MxArray,
): TokenLogProbabilities {
  const tokens = hidden.shape[0] ?? 0;
  const chunk = Math.max(1, Math.floor(CHUNK_ELEMENTS / head.vocabularySize));
  const parts: MxArray[][] = [];
  for (let start = 0; start < tokens; start += chunk) {
    const end = Math.min(start + chunk, tokens);
    const rows = mx.slice(hidden, [start, 0], [end, hidden.shape[1] ?? 0]);
    const wanted = mx.slice(targets, [start], [end]);
    const body = (states: MxArray, ids: MxArray) => scores(head.logits(states), ids);
    // One chunk may keep its logits for the backward pass: no more than recomputing would have at a time.
    parts.push(
      tokens <= chunk ? body(rows, wanted) : recompute(head.parameters, [rows, wanted] as const, body),
    );
  }
  const joined = (i: number) =>
    mx.concatenate(
      parts.map((part) => part[i] as MxArray),
      0,
    );
  return { logProbabilities: joined(0), entropy: joined(1) };
}

/** logits [M, V], targets [M] -> log p(target) [M] and entropy [M]. */
function scores(logits: MxArray, targets: MxArray): [logProbabilities: MxArray, entropy: MxArray] {
  // Targets come in as an input of the recomputed part, which MLX would otherwise differentiate by.
  const { logProbability, entropy } = mx.fast.logProbabilityAndEntropy(
    mx.astype(logits, "float32"),
    mx.stopGradient(targets),
  );
  return [logProbability, entropy];
}
