import { MxArray } from "../array.ts";
import { compiles } from "../device.ts";
import { check, native } from "../ffi/library.ts";
import { compile } from "../transforms.ts";
import { multiply, sigmoid } from "./arithmetic.ts";
import { made, madeList } from "./call.ts";

/** x / sqrt(mean(x^2) + eps) * weight, over the last axis. */
export function rmsNorm(x: MxArray, weight: MxArray | null, eps: number): MxArray {
  return made(native().azr_rms_norm(x.handle, weight?.handle ?? null, eps));
}

/** (x - mean) / sqrt(variance + eps) * weight + bias, over the last axis. */
export function layerNorm(x: MxArray, weight: MxArray | null, bias: MxArray | null, eps: number): MxArray {
  return made(native().azr_layer_norm(x.handle, weight?.handle ?? null, bias?.handle ?? null, eps));
}

export interface RopeOptions {
  base?: number;
  /** Rotate neighbours instead of halves. */
  traditional?: boolean;
  scale?: number;
  /** Position of the first token: one number, or one for each row of the batch. */
  offset?: number | MxArray;
  /** Instead of the base: the wavelength divisor of each pair, [dims / 2]. */
  freqs?: MxArray;
}

/** Rotary position embedding of the first `dims` of the last axis. x [B, H, T, D]. */
export function rope(
  x: MxArray,
  dims: number,
  { base = 10_000, traditional = false, scale = 1, offset = 0, freqs }: RopeOptions = {},
): MxArray {
  const [fixed, perRow] = offset instanceof MxArray ? [0, offset.handle] : [offset, null];
  return made(
    native().azr_rope(x.handle, dims, traditional, base, scale, fixed, perRow, freqs?.handle ?? null),
  );
}

export interface AttentionOptions {
  scale: number;
  /** `causal`: each query sees the keys up to its own position, the last query the last key. An array is added
   * to the scores, or, when bool, says which keys are seen; it broadcasts to [B, H, Tq, Tk]. */
  mask?: "causal" | MxArray | null;
}

/** softmax(scale * q k^T + mask) v. q [B, Hq, Tq, D], k and v [B, Hkv, Tk, D]; Hkv divides Hq. */
export function scaledDotProductAttention(
  q: MxArray,
  k: MxArray,
  v: MxArray,
  { scale, mask = null }: AttentionOptions,
): MxArray {
  const array = mask instanceof MxArray ? mask.handle : null;
  return made(native().azr_attention(q.handle, k.handle, v.handle, scale, mask === "causal", array));
}

/**
 * silu(gate) * up, where silu(x) = x * sigmoid(x). On the CPU a kernel of the shim, several threads wide; where
 * operations are compiled, one kernel of MLX's making.
 */
export function swiglu(gate: MxArray, up: MxArray): MxArray {
  return compiles() ? fusedSwiglu(gate, up)[0] : made(native().azr_swiglu(gate.handle, up.handle));
}

const fusedSwiglu = compile((gate: MxArray, up: MxArray) => [multiply(multiply(gate, sigmoid(gate)), up)], {
  shapeless: true,
});

/**
 * Log-probability of a target token in each row's distribution, and the distribution's entropy in nats.
 * logits [N, V], targets [N] integers -> both [N], float32; differentiable in the logits. `scales` [N] multiply the
 * rows of logits beforehand: 1 / temperature. Nothing of size
 * [N, V] is kept but the logits.
 */
export function logProbabilityAndEntropy(
  logits: MxArray,
  targets: MxArray,
  scales: MxArray | null = null,
): { logProbability: MxArray; entropy: MxArray } {
  const [logProbability, entropy] = madeList(
    native().azr_log_probability(logits.handle, targets.handle, scales?.handle ?? null),
  );
  return { logProbability, entropy } as { logProbability: MxArray; entropy: MxArray };
}

/** The log-probability alone. */
export function logProbability(logits: MxArray, targets: MxArray): MxArray {
  const { logProbability: wanted, entropy } = logProbabilityAndEntropy(logits, targets);
  entropy.dispose();
  return wanted;
}

/** Keys and values [B, Hkv, C, D] of a batch whose rows all end in the same column. */
export interface CachedRows {
  keys: MxArray;
  values: MxArray;
  /** The first column of each row, [B] int32. */
  starts: MxArray;
  /** The column of the new token. */
  column: number;
}

/**
 * Attention of one new token a row over a cache, positions included, by a CPU kernel of the shim (see
 * `device.nativeKernels`); D is a multiple of 16. q [B, 1, Hq D], k and v [B, 1, Hkv D] as projected; rotation
 * [B, D]: the cosines and the sines of the rows' positions. Gives output [B, Hq D] and the cache's new arrays: they
 * take over the memory of the old ones, which must not be used again.
 */
export function decodeAttention(
  [q, k, v]: readonly [MxArray, MxArray, MxArray],
  { keys, values, starts, column }: CachedRows,
  rotation: MxArray,
  scale: number,
): { output: MxArray; keys: MxArray; values: MxArray } {
  const [output, newKeys, newValues] = madeList(
    check(
      native().azr_decode_attention(
        q.handle,
        k.handle,
        v.handle,
        keys.handle,
        values.handle,
        rotation.handle,
        starts.handle,
        column,
        scale,
      ),
    ),
  );
  return { output, keys: newKeys, values: newValues } as { output: MxArray; keys: MxArray; values: MxArray };
}

/** Tokens [B] int32 and their natural-log probabilities [B]: see `Sample` in interfaces for the three kinds. */
export interface DrawnTokens {
  tokens: MxArray;
  logProbabilities: MxArray;
  tempered: MxArray;
  sampling: MxArray;
}

/** Texts in one row; see nn/ragged-attention.ts. rotation [T, D]: cosines and sines of the tokens' positions. */
export interface RaggedRow {
  rotation: MxArray;
  segments: MxArray;
  trees: MxArray;
}

/**
 * Attention of texts that lie one after the other and may share prefixes, positions included, by a CPU kernel of the
 * shim (see `device.raggedKernel`). q [T, Hq D], k and v [T, Hkv D] as projected -> [T, Hq D]; differentiable in the
 * three.
 */
export function raggedAttention(
  [q, k, v]: readonly [MxArray, MxArray, MxArray],
  { rotation, segments, trees }: RaggedRow,
  scale: number,
): MxArray {
  return made(
    native().azr_ragged_attention(
      q.handle,
      k.handle,
      v.handle,
      rotation.handle,
      segments.handle,
      trees.handle,
      scale,
    ),
  );
}

/**
 * The next token of each row, by a CPU kernel of the shim (see `device.nativeKernels`). logits [B, V]; uniforms [B] in
 * [0, 1); settings [B, 5] float32, each row temperature, top-k, top-p, min-p, repetition penalty; history [B, K]
 * int32, the tokens that each row's penalty is for, in any number.
 */
export function sample(logits: MxArray, uniforms: MxArray, settings: MxArray, history: MxArray): DrawnTokens {
  const [tokens, logProbabilities, tempered, sampling] = madeList(
    check(native().azr_sample(logits.handle, uniforms.handle, settings.handle, history.handle)),
  );
  return { tokens, logProbabilities, tempered, sampling } as DrawnTokens;
}
