import { type MxArray, mx } from "../mlx/index.ts";
import type { OwnedProjection } from "./projection.ts";

/**
 * y = x W + b. The weight is stored [inputs, outputs]: a product with one row (decoding a single sequence) is
 * then twice as fast on the CPU as with the usual [outputs, inputs].
 */
export class Linear implements OwnedProjection {
  /** Takes over the arrays: weight [inputs, outputs], bias [outputs]. */
  constructor(
    public weight: MxArray,
    public bias: MxArray | null = null,
  ) {}

  get inputs(): number {
    return this.weight.shape[0] as number;
  }

  get outputs(): number {
    return this.weight.shape[1] as number;
  }

  forward(x: MxArray): MxArray {
    const y = mx.matmul(x, this.weight);
    return this.bias ? mx.add(y, this.bias) : y;
  }

  [Symbol.dispose](): void {
    this.weight.dispose();
    this.bias?.dispose();
  }
}
