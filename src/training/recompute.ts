import { checkpoint, type MxArray } from "../mlx/index.ts";
import type { TrainableParameters } from "./trainable.ts";

/**
 * Runs `body` so that the backward pass computes its intermediate values again instead of keeping them (MLX's
 * checkpoint). `parameters` are the trainable ones that body reads out of modules: they must go in as inputs to
 * get a gradient. Frozen weights are constants of the closure, so no gradient of theirs is ever formed. Arrays
 * made for this call must be inputs too: the ones that surround it are freed before the backward pass.
 */
export function recompute<I extends readonly MxArray[]>(
  parameters: TrainableParameters,
  inputs: I,
  body: (...inputs: I) => MxArray[],
): MxArray[] {
  const count = parameters.slots.length;
  return checkpoint((...all) =>
    parameters.with(all.slice(0, count), () => body(...(all.slice(count) as readonly MxArray[] as I))),
  )(...parameters.slots.map((slot) => slot.get()), ...inputs);
}
