import type { MxArray, Operand } from "../array.ts";
import { type Dtype, dtypeCode } from "../dtype.ts";
import { native } from "../ffi/library.ts";
import { handleList, intList } from "../ffi/pointer.ts";
import { type Axes, axisList, made, madeList, unary, withOperands } from "./call.ts";

/** One extent may be -1: what is left. */
export function reshape(a: MxArray, shape: readonly number[]): MxArray {
  return made(native().azr_reshape(a.handle, intList(shape), shape.length));
}

/** Axes in a new order; reversed when absent. */
export function transpose(a: MxArray, axes?: readonly number[]): MxArray {
  return made(native().azr_transpose(a.handle, ...axisList(axes)));
}

export function swapaxes(a: MxArray, first: number, second: number): MxArray {
  return made(native().azr_swapaxes(a.handle, first, second));
}

/** Without the axes of extent 1 that are named, or without all of them. */
export function squeeze(a: MxArray, axis?: Axes): MxArray {
  return made(native().azr_squeeze(a.handle, ...axisList(axis)));
}

/** With new axes of extent 1 at these positions of the result. */
export function expandDims(a: MxArray, axis: Axes): MxArray {
  return made(native().azr_expand_dims(a.handle, ...axisList(axis)));
}

export function broadcastTo(a: MxArray, shape: readonly number[]): MxArray {
  return made(native().azr_broadcast_to(a.handle, intList(shape), shape.length));
}

/** Joined along an axis that exists. */
export function concatenate(arrays: readonly MxArray[], axis = 0): MxArray {
  return made(native().azr_concatenate(handleList(arrays.map((a) => a.handle)), arrays.length, axis));
}

/** Joined along a new axis. */
export function stack(arrays: readonly MxArray[], axis = 0): MxArray {
  return made(native().azr_stack(handleList(arrays.map((a) => a.handle)), arrays.length, axis));
}

/** Equal parts, or parts that begin at the given indices (the first begins at 0). */
export function split(a: MxArray, parts: number | readonly number[], axis = 0): MxArray[] {
  return madeList(
    typeof parts === "number"
      ? native().azr_split(a.handle, parts, axis)
      : native().azr_split_at(a.handle, intList(parts), parts.length, axis),
  );
}

/** Each element `times` times in a row. */
export function repeat(a: MxArray, times: number, axis = 0): MxArray {
  return made(native().azr_repeat(a.handle, times, axis));
}

/** The whole array, side by side with itself. */
export function tile(a: MxArray, times: readonly number[]): MxArray {
  return made(native().azr_tile(a.handle, intList(times), times.length));
}

/** Widens each axis by [before, after]; one pair for every axis. */
export function pad(a: MxArray, widths: readonly (readonly [number, number])[], value: Operand = 0): MxArray {
  const axes = intList(widths.map((_, axis) => axis));
  const low = intList(widths.map(([before]) => before));
  const high = intList(widths.map(([, after]) => after));
  return withOperands([a, value], (x, fill) =>
    made(native().azr_pad(x, axes, low, high, widths.length, fill)),
  );
}

/** Elements moved along an axis, those pushed out coming back in at the other end. */
export function roll(a: MxArray, shift: number, axis: number): MxArray {
  return made(native().azr_roll(a.handle, shift, axis));
}

export function astype(a: MxArray, dtype: Dtype): MxArray {
  return made(native().azr_astype(a.handle, dtypeCode(dtype)));
}

/** The same bytes read as another dtype; the last extent changes with its size. */
export function view(a: MxArray, dtype: Dtype): MxArray {
  return made(native().azr_view(a.handle, dtypeCode(dtype)));
}

/** Row-major in memory; a copy only where it is not so already. */
export const contiguous = (a: MxArray): MxArray => unary("contiguous", a);
export const copy = (a: MxArray): MxArray => unary("copy", a);
/** The same values, through which no gradient flows. */
export const stopGradient = (a: MxArray): MxArray => unary("stop_gradient", a);
