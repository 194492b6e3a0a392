import { device, type MxArray, mx } from "../mlx/index.ts";
import type { AttentionContext, AttentionShape, Projected } from "./attention.ts";
import { noRotation } from "./rope.ts";

/**
 * Texts that lie one after the other in one row of T tokens, without padding. Those that begin alike share their
 * beginning: a segment is a run of tokens that see a prefix (the shared prompt) and, causally, each other.
 */
export interface RaggedLayout {
  /** Position of each token in its text, [T] int32. */
  positions: MxArray;
  /** Begin, end, prefix's begin and prefix's end of each segment, [S, 4] int32; they cover the tokens in order. */
  segments: MxArray;
  /** The first segment of each tree (segments that share nothing with others), and S at the end: [G + 1] int32. */
  trees: MxArray;
}

/** The context of a pass over a ragged row, [1, T]. The layout's arrays must outlive the pass and its gradient. */
export function raggedContext(layout: RaggedLayout, shape: AttentionShape): AttentionContext {
  const turn = rotationOf(shape, layout.positions);
  const attend = device.raggedKernel() ? byKernel : composed(layout);
  return {
    offset: layout.positions,
    mask: null,
    attend: (_layer, projected) => attend(projected, layout, turn, shape),
  };
}

/** Cosines and sines of positions [N] -> [N, D]. */
export function rotationOf({ rope, headDimension }: AttentionShape, positions: MxArray): MxArray {
  return rope?.rotation(positions) ?? noRotation(positions.shape[0] as number, headDimension);
}

type Attend = (projected: Projected, layout: RaggedLayout, turn: MxArray, shape: AttentionShape) => MxArray;

/** In one kernel of the shim, on the CPU. */
const byKernel: Attend = (projected, { segments, trees }, turn, { headDimension }) => {
  const rows = projected.map((x) => mx.reshape(x, [-1, x.shape[2] as number]));
  const [q, k, v] = rows as [MxArray, MxArray, MxArray];
  const attended = mx.fast.raggedAttention(
    [q, k, v],
    { rotation: turn, segments, trees },
    headDimension ** -0.5,
  );
  return mx.expandDims(attended, 0);
};

/** Of MLX's operations, with a mask over all pairs of tokens: what GPU backends compute. */
function composed({ segments, positions }: RaggedLayout): Attend {
  const mask = seen(segments, positions.shape[0] as number);
  return (projected, _layout, turn, { heads, keyValueHeads, headDimension: d }) => {
    const length = turn.shape[0] as number;
    const byHead = (x: MxArray, count: number) => mx.swapaxes(mx.reshape(x, [1, length, count, d]), 1, 2);
    const [q, k, v] = projected;
    const attended = mx.fast.scaledDotProductAttention(
      rotate(byHead(q, heads), turn),
      rotate(byHead(k, keyValueHeads), turn),
      byHead(v, keyValueHeads),
      { scale: d ** -0.5, mask },
    );
    return mx.reshape(mx.swapaxes(attended, 1, 2), [1, length, heads * d]);
  };
}

/** x [1, H, T, D], turn [T, D]: (a, b) -> (a cos - b sin, a sin + b cos) of the halves. */
function rotate(x: MxArray, turn: MxArray): MxArray {
  const [cosine, sine] = mx.split(mx.astype(turn, x.dtype), 2, -1) as [MxArray, MxArray];
  const [a, b] = mx.split(x, 2, -1) as [MxArray, MxArray];
  return mx.concatenate(
    [
      mx.subtract(mx.multiply(a, cosine), mx.multiply(b, sine)),
      mx.add(mx.multiply(a, sine), mx.multiply(b, cosine)),
    ],
    -1,
  );
}

/** Whether a token sees another: [T, T], bool. */
function seen(segments: MxArray, length: number): MxArray {
  const at = mx.arange(0, length, 1, "int32");
  const query = mx.expandDims(at, 1);
  const column = (i: number) => mx.slice(segments, [0, i], [segments.shape[0] as number, i + 1]);
  // Segments cover the tokens in order, so a token's segment is the number of ends at or before it.
  const own = mx.sum(mx.astype(mx.lessEqual(mx.transpose(column(1)), query), "int32"), { axis: -1 });
  const [begin, , prefixBegin, prefixEnd] = [0, 1, 2, 3].map((i) => mx.take(column(i), own, 0)) as [
    MxArray,
    MxArray,
    MxArray,
    MxArray,
  ];
  const inSegment = mx.logicalAnd(mx.greaterEqual(at, begin), mx.lessEqual(at, query));
  const inPrefix = mx.logicalAnd(mx.greaterEqual(at, prefixBegin), mx.less(at, prefixEnd));
  return mx.logicalOr(inSegment, inPrefix);
}
