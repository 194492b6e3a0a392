import type { MxArray, Operand } from "../array.ts";
import { native } from "../ffi/library.ts";
import { binary, made, unary, withOperands } from "./call.ts";

/** Element by element; operands of two arguments broadcast against each other. */

/** -a. */
export const negative = (a: Operand): MxArray => unary("negative", a);
/** |a|. */
export const abs = (a: Operand): MxArray => unary("abs", a);
/** -1, 0 or 1. */
export const sign = (a: Operand): MxArray => unary("sign", a);
/** a * a. */
export const square = (a: Operand): MxArray => unary("square", a);
/** Square root. */
export const sqrt = (a: Operand): MxArray => unary("sqrt", a);
/** 1 / sqrt(a). */
export const rsqrt = (a: Operand): MxArray => unary("rsqrt", a);
/** e to the power a. */
export const exp = (a: Operand): MxArray => unary("exp", a);
/** exp(a) - 1, exact near 0. */
export const expm1 = (a: Operand): MxArray => unary("expm1", a);
/** Natural logarithm. */
export const log = (a: Operand): MxArray => unary("log", a);
/** log(1 + a), exact near 0. */
export const log1p = (a: Operand): MxArray => unary("log1p", a);
/** 1 / (1 + exp(-a)). */
export const sigmoid = (a: Operand): MxArray => unary("sigmoid", a);
/** Sine. */
export const sin = (a: Operand): MxArray => unary("sin", a);
/** Cosine. */
export const cos = (a: Operand): MxArray => unary("cos", a);
/** Hyperbolic tangent. */
export const tanh = (a: Operand): MxArray => unary("tanh", a);
/** Error function. */
export const erf = (a: Operand): MxArray => unary("erf", a);
/** Largest integer below. */
export const floor = (a: Operand): MxArray => unary("floor", a);
/** Smallest integer above. */
export const ceil = (a: Operand): MxArray => unary("ceil", a);
/** 1 / a. */
export const reciprocal = (a: Operand): MxArray => unary("reciprocal", a);

/** a + b. */
export const add = (a: Operand, b: Operand): MxArray => binary("add", a, b);
/** a - b. */
export const subtract = (a: Operand, b: Operand): MxArray => binary("subtract", a, b);
/** a * b. */
export const multiply = (a: Operand, b: Operand): MxArray => binary("multiply", a, b);
/** a / b; float32 for integers. */
export const divide = (a: Operand, b: Operand): MxArray => binary("divide", a, b);
/** a to the power b. */
export const power = (a: Operand, b: Operand): MxArray => binary("power", a, b);
/** The greater of each pair. */
export const maximum = (a: Operand, b: Operand): MxArray => binary("maximum", a, b);
/** The lesser of each pair. */
export const minimum = (a: Operand, b: Operand): MxArray => binary("minimum", a, b);
/** a - b * floor(a / b). */
export const remainder = (a: Operand, b: Operand): MxArray => binary("remainder", a, b);
/** floor(a / b). */
export const floorDivide = (a: Operand, b: Operand): MxArray => binary("floor_divide", a, b);
/** log(exp(a) + exp(b)). */
export const logaddexp = (a: Operand, b: Operand): MxArray => binary("logaddexp", a, b);

/** To the nearest value with that many decimals; halves to even. */
export function round(a: MxArray, decimals = 0): MxArray {
  return made(native().azr_round(a.handle, decimals));
}

/** Cut to [low, high]; null leaves that side open. */
export function clip(a: MxArray, low: Operand | null, high: Operand | null): MxArray {
  const given = [low, high].filter((bound) => bound !== null);
  return withOperands([a, ...given], (x, ...bounds) =>
    made(
      native().azr_clip(
        x,
        low === null ? null : (bounds[0] ?? null),
        high === null ? null : (bounds.at(-1) ?? null),
      ),
    ),
  );
}
