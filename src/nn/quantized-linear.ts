import { dispose, type MxArray, mx, type QuantizedWeight } from "../mlx/index.ts";
import type { OwnedProjection } from "./projection.ts";

/** How a weight is packed: bits per weight, and weights that share a scale and a bias. */
export interface Packing {
  bits: number;
  groupSize: number;
}

/** y = x W^T + b with W packed [outputs, inputs]: what GPU backends compute with directly. */
export class QuantizedLinear implements OwnedProjection {
  readonly outputs: number;
  readonly inputs: number;

  /** Takes over the arrays. */
  constructor(
    readonly packed: QuantizedWeight,
    readonly packing: Packing,
    readonly bias: MxArray | null = null,
  ) {
    const [outputs = 0, groups = 0] = packed.scales.shape;
    this.outputs = outputs;
    this.inputs = groups * packing.groupSize;
  }

  forward(x: MxArray): MxArray {
    const { weight, scales, biases } = this.packed;
    const y = mx.quantizedMatmul(x, weight, scales, biases, this.packing);
    return this.bias ? mx.add(y, this.bias) : y;
  }

  [Symbol.dispose](): void {
    dispose([this.packed, this.bias]);
  }
}
