import type { MxArray } from "../array.ts";
import { type Dtype, dtypeCode } from "../dtype.ts";
import { native } from "../ffi/library.ts";
import { made, madeList } from "./call.ts";

/** Affine quantization along the last axis: each group of `groupSize` weights has a scale and a bias. */
export interface Quantization {
  groupSize?: number;
  bits?: number;
}

/** Packed uint32 [N, K * bits / 32], scales and biases [N, K / groupSize]. */
export interface QuantizedWeight {
  weight: MxArray;
  scales: MxArray;
  biases: MxArray;
}

/** x [.., K] with packed w [N, K] (transpose, as a linear layer) or [K, N] -> [.., N]. */
export function quantizedMatmul(
  x: MxArray,
  weight: MxArray,
  scales: MxArray,
  biases: MxArray,
  { transpose = true, groupSize = 64, bits = 4 }: Quantization & { transpose?: boolean } = {},
): MxArray {
  return made(
    native().azr_quantized_matmul(
      x.handle,
      weight.handle,
      scales.handle,
      biases.handle,
      transpose,
      groupSize,
      bits,
    ),
  );
}

export function quantize(w: MxArray, { groupSize = 64, bits = 4 }: Quantization = {}): QuantizedWeight {
  const [weight, scales, biases] = madeList(native().azr_quantize(w.handle, groupSize, bits));
  return { weight, scales, biases } as QuantizedWeight;
}

/** Weights of the scales' dtype, unless another is given. */
export function dequantize(
  weight: MxArray,
  scales: MxArray,
  biases: MxArray,
  { groupSize = 64, bits = 4, dtype }: Quantization & { dtype?: Dtype } = {},
): MxArray {
  const code = dtype === undefined ? -1 : dtypeCode(dtype);
  return made(native().azr_dequantize(weight.handle, scales.handle, biases.handle, groupSize, bits, code));
}
