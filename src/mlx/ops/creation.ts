import type { MxArray, Operand } from "../array.ts";
import { type Dtype, dtypeCode } from "../dtype.ts";
import { native } from "../ffi/library.ts";
import { intList } from "../ffi/pointer.ts";
import { made, unary, withOperands } from "./call.ts";

export function full(shape: readonly number[], value: Operand, dtype: Dtype = "float32"): MxArray {
  return withOperands([value], (fill) =>
    made(native().azr_full(intList(shape), shape.length, fill, dtypeCode(dtype))),
  );
}

export const zeros = (shape: readonly number[], dtype: Dtype = "float32"): MxArray => full(shape, 0, dtype);
export const ones = (shape: readonly number[], dtype: Dtype = "float32"): MxArray => full(shape, 1, dtype);
export const zerosLike = (a: MxArray): MxArray => unary("zeros_like", a);
export const onesLike = (a: MxArray): MxArray => unary("ones_like", a);
export const fullLike = (a: MxArray, value: Operand): MxArray => full(a.shape, value, a.dtype);

/** start, start + step, ... below stop; `arange(n)` counts from 0. int32 when all three are integers. */
export function arange(start: number, stop?: number, step = 1, dtype?: Dtype): MxArray {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  const type = dtype ?? ([from, to, step].every(Number.isInteger) ? "int32" : "float32");
  return made(native().azr_arange(from, to, step, dtypeCode(type)));
}

/** Ones on a diagonal, zeros elsewhere; `diagonal` 1 is the one above the main one. */
export function eye(rows: number, columns = rows, diagonal = 0, dtype: Dtype = "float32"): MxArray {
  return made(native().azr_eye(rows, columns, diagonal, dtypeCode(dtype)));
}

/** The lower triangle of the last two axes, up to and including a diagonal; zeros above. */
export function tril(a: MxArray, diagonal = 0): MxArray {
  return made(native().azr_tril(a.handle, diagonal));
}

/** The upper triangle, from a diagonal on; zeros below. */
export function triu(a: MxArray, diagonal = 0): MxArray {
  return made(native().azr_triu(a.handle, diagonal));
}
