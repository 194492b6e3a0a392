import type { MxArray, Operand } from "../array.ts";
import { native } from "../ffi/library.ts";
import { binary, made, unary, withOperands } from "./call.ts";

/** Comparisons and logic; results are bool. */

export const equal = (a: Operand, b: Operand): MxArray => binary("equal", a, b);
export const notEqual = (a: Operand, b: Operand): MxArray => binary("not_equal", a, b);
export const less = (a: Operand, b: Operand): MxArray => binary("less", a, b);
export const lessEqual = (a: Operand, b: Operand): MxArray => binary("less_equal", a, b);
export const greater = (a: Operand, b: Operand): MxArray => binary("greater", a, b);
export const greaterEqual = (a: Operand, b: Operand): MxArray => binary("greater_equal", a, b);
export const logicalAnd = (a: Operand, b: Operand): MxArray => binary("logical_and", a, b);
export const logicalOr = (a: Operand, b: Operand): MxArray => binary("logical_or", a, b);
export const logicalNot = (a: MxArray): MxArray => unary("logical_not", a);
export const isnan = (a: MxArray): MxArray => unary("isnan", a);
export const isinf = (a: MxArray): MxArray => unary("isinf", a);
export const isfinite = (a: MxArray): MxArray => unary("isfinite", a);

/** `a` where the condition holds, `b` elsewhere; the three broadcast. */
export function where(condition: MxArray, a: Operand, b: Operand): MxArray {
  return withOperands([a, b], (x, y) => made(native().azr_where(condition.handle, x, y)));
}
