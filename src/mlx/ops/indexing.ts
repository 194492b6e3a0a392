import type { MxArray } from "../array.ts";
import { native } from "../ffi/library.ts";
import { intList } from "../ffi/pointer.ts";
import { made } from "./call.ts";

type Numbers = readonly number[];

/** start, stop and stride of every axis in one block; axes beyond the given ones are whole. */
function bounds(a: MxArray, start: Numbers, stop: Numbers, strides: Numbers): [Int32Array, number] {
  const { shape } = a;
  if (start.length !== stop.length || start.length > shape.length) {
    throw new RangeError(`a slice [${start}] to [${stop}] of an array of shape [${shape}]`);
  }
  const rest = shape.slice(start.length);
  return [
    intList([
      ...start,
      ...rest.map(() => 0),
      ...stop,
      ...rest,
      ...shape.map((_, axis) => strides[axis] ?? 1),
    ]),
    shape.length,
  ];
}

/**
 * From start up to, not including, stop along the leading axes. Negative bounds count from the end; a stop
 * beyond the end is the end.
 */
export function slice(a: MxArray, start: Numbers, stop: Numbers, strides: Numbers = []): MxArray {
  return made(native().azr_slice(a.handle, ...bounds(a, start, stop, strides)));
}

/** A copy of `a` with that slice replaced; the update broadcasts to it. */
export function sliceUpdate(
  a: MxArray,
  update: MxArray,
  start: Numbers,
  stop: Numbers,
  strides: Numbers = [],
): MxArray {
  return made(native().azr_slice_update(a.handle, update.handle, ...bounds(a, start, stop, strides)));
}

/** Elements, rows, ... at integer indices along an axis; of the flattened array when no axis is given. */
export function take(a: MxArray, indices: MxArray, axis?: number): MxArray {
  return made(native().azr_take(a.handle, indices.handle, axis ?? 0, axis === undefined));
}

/** For every position of `indices` the element at that index along the axis; other axes match or broadcast. */
export function takeAlongAxis(a: MxArray, indices: MxArray, axis: number): MxArray {
  return made(native().azr_take_along_axis(a.handle, indices.handle, axis));
}

/** A copy of `a` with the elements that `takeAlongAxis` would take replaced. */
export function putAlongAxis(a: MxArray, indices: MxArray, values: MxArray, axis: number): MxArray {
  return made(native().azr_put_along_axis(a.handle, indices.handle, values.handle, axis));
}

/** As `putAlongAxis`, adding to what is there; equal indices add up. */
export function scatterAdd(a: MxArray, indices: MxArray, values: MxArray, axis: number): MxArray {
  return made(native().azr_scatter_add_axis(a.handle, indices.handle, values.handle, axis));
}
