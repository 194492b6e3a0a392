import type { MxArray } from "../array.ts";
import { native } from "../ffi/library.ts";
import { axisList, made, type ReduceOptions, reduce } from "./call.ts";

/** Over all axes unless `axis` names some; `keepDims` keeps them with extent 1. */

export const sum = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("sum", a, options);
export const mean = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("mean", a, options);
export const max = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("max", a, options);
export const min = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("min", a, options);
export const prod = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("prod", a, options);
export const logsumexp = (a: MxArray, options: ReduceOptions = {}): MxArray =>
  reduce("logsumexp", a, options);
export const any = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("any", a, options);
export const all = (a: MxArray, options: ReduceOptions = {}): MxArray => reduce("all", a, options);

/** `ddof` is subtracted from the count of elements: 1 gives the unbiased estimate. */
export function variance(
  a: MxArray,
  { axis, keepDims = false, ddof = 0 }: ReduceOptions & { ddof?: number } = {},
): MxArray {
  const [axes, count] = axisList(axis);
  return made(native().azr_var(a.handle, axes, count, keepDims, ddof));
}

interface OneAxis {
  axis?: number | undefined;
  keepDims?: boolean;
}

/** Index of the greatest element, uint32; the first of equals. */
export function argmax(a: MxArray, { axis, keepDims = false }: OneAxis = {}): MxArray {
  return made(native().azr_argmax(a.handle, axis ?? 0, axis === undefined, keepDims));
}

export function argmin(a: MxArray, { axis, keepDims = false }: OneAxis = {}): MxArray {
  return made(native().azr_argmin(a.handle, axis ?? 0, axis === undefined, keepDims));
}

/** Running sum; exclusive leaves each element's own value out. */
export function cumsum(
  a: MxArray,
  {
    axis = -1,
    reverse = false,
    exclusive = false,
  }: { axis?: number; reverse?: boolean; exclusive?: boolean } = {},
): MxArray {
  return made(native().azr_cumsum(a.handle, axis, reverse, !exclusive));
}

/** `precise` sums in float32 whatever the dtype. */
export function softmax(
  a: MxArray,
  { axis, precise = false }: { axis?: ReduceOptions["axis"]; precise?: boolean } = {},
): MxArray {
  const [axes, count] = axisList(axis);
  return made(native().azr_softmax(a.handle, axes, count, precise));
}
