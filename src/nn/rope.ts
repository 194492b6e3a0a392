import { type MxArray, mx } from "../mlx/index.ts";

/** What a model's positions are made of. */
export interface RopeShape {
  headDimension: number;
  ropeBase: number;
}

/**
 * Cosines and sines of positions [N] -> [N, D]: what rope (arXiv 2104.09864) makes of vectors whose first half is 1
 * and whose second half is 0, so that kernels turn by the same numbers as `mx.fast.rope`.
 */
export function rotation(positions: MxArray, { headDimension, ropeBase }: RopeShape): MxArray {
  const count = positions.shape[0] as number;
  const half = [count, 1, 1, headDimension / 2];
  const unit = mx.concatenate([mx.ones(half), mx.zeros(half)], -1);
  const turned = mx.fast.rope(unit, headDimension, { base: ropeBase, offset: positions });
  return mx.reshape(turned, [count, headDimension]);
}
