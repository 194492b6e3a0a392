import type { MxArray } from "../array.ts";
import { native } from "../ffi/library.ts";
import { made } from "./call.ts";

/** Ascending, along one axis (the last unless given). */
export function sort(a: MxArray, axis = -1): MxArray {
  return made(native().azr_sort(a.handle, axis));
}

/** Indices that sort, uint32. */
export function argsort(a: MxArray, axis = -1): MxArray {
  return made(native().azr_argsort(a.handle, axis));
}

/** Indices, uint32, such that position `kth` holds the element that sorting would put there, lesser ones before. */
export function argpartition(a: MxArray, kth: number, axis = -1): MxArray {
  return made(native().azr_argpartition(a.handle, kth, axis));
}

/** The k greatest elements, in no order. */
export function topk(a: MxArray, k: number, axis = -1): MxArray {
  return made(native().azr_topk(a.handle, k, axis));
}
