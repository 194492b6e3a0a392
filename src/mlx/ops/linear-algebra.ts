import type { MxArray } from "../array.ts";
import { native } from "../ffi/library.ts";
import { binary, made } from "./call.ts";

/** [.., M, K] x [.., K, N] -> [.., M, N]; leading axes broadcast. */
export const matmul = (a: MxArray, b: MxArray): MxArray => binary("matmul", a, b);

/** alpha * (a x b) + beta * c. */
export function addmm(c: MxArray, a: MxArray, b: MxArray, alpha = 1, beta = 1): MxArray {
  return made(native().azr_addmm(c.handle, a.handle, b.handle, alpha, beta));
}
