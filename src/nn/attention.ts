import { type MxArray, mx } from "../mlx/index.ts";
import type { Rope } from "./rope.ts";

/** Position of the first token: one number, or one for each row, [B]; of a ragged row every token's, [T]. */
export type Positions = number | MxArray;

/** The position of every token, [B, T]. */
export function tokenPositions(positions: Positions, [batch, length]: readonly [number, number]): MxArray {
  if (typeof positions === "number") return mx.arange(positions, positions + length, 1, "int32");
  if (positions.size === batch * length) return mx.reshape(positions, [batch, length]);
  return mx.add(mx.expandDims(positions, 1), mx.arange(0, length, 1, "int32"));
}

/** Where the tokens of a forward pass stand, and what they may look at. */
export interface AttentionContext {
  offset: Positions;
  /** `causal`, or a mask that broadcasts to [B, H, Tq, Tk]; null lets every query see every key. */
  mask: "causal" | MxArray | null;
  /** Adds a layer's new keys and values [B, Hkv, T, d] to the earlier ones and gives all of them. */
  extend?(layer: number, keys: MxArray, values: MxArray): [keys: MxArray, values: MxArray];
  /** Does all that `attention` does in one pass, where there is a kernel for it: positions, cache, and the rest. */
  attend?(layer: number, projected: Projected, shape: AttentionShape): MxArray;
}

/** queries [B, T, H d], keys and values [B, T, Hkv d], positions not yet applied. */
export type Projected = readonly [queries: MxArray, keys: MxArray, values: MxArray];

/** A whole sequence from position 0, without a cache: a training pass. */
export const WHOLE_SEQUENCE: AttentionContext = { offset: 0, mask: "causal" };

export interface AttentionShape {
  heads: number;
  /** Divides `heads`: queries share keys and values in groups (GQA, arXiv 2305.13245). */
  keyValueHeads: number;
  headDimension: number;
  /** Null where positions are not the attention's matter. */
  rope: Rope | null;
}

/** Multi-head attention between the projections: -> [B, T, H d]. */
export function attention(
  projected: Projected,
  shape: AttentionShape,
  context: AttentionContext,
  layer: number,
): MxArray {
  if (context.attend) return context.attend(layer, projected, shape);
  const [queries, keys, values] = projected;
  const [batch, length] = queries.shape as [number, number];
  const { heads, keyValueHeads, headDimension: d, rope } = shape;
  const byHead = (x: MxArray, count: number) => mx.swapaxes(mx.reshape(x, [batch, length, count, d]), 1, 2);
  const rotate = (x: MxArray) => rope?.rotate(x, context.offset) ?? x;
  const q = rotate(byHead(queries, heads));
  const newKeys = rotate(byHead(keys, keyValueHeads));
  const newValues = byHead(values, keyValueHeads);
  const [k, v] = context.extend?.(layer, newKeys, newValues) ?? [newKeys, newValues];
  const attended = mx.fast.scaledDotProductAttention(q, k, v, { scale: d ** -0.5, mask: context.mask });
  return mx.reshape(mx.swapaxes(attended, 1, 2), [batch, length, heads * d]);
}
