import type { MxArray } from "../mlx/index.ts";

/** A linear map of the last axis: dense, quantized, or either with an adapter on it. */
export interface Projection {
  readonly inputs: number;
  readonly outputs: number;
  /** x [.., inputs] -> [.., outputs]. */
  forward(x: MxArray): MxArray;
}

/** A projection that frees its arrays: one that a model was loaded with. */
export type OwnedProjection = Projection & Disposable;
