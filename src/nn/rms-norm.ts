import { type MxArray, mx } from "../mlx/index.ts";

/** x / rms(x) * weight over the last axis (arXiv 1910.07467). */
export class RMSNorm implements Disposable {
  constructor(
    public weight: MxArray,
    readonly epsilon: number,
  ) {}

  forward(x: MxArray): MxArray {
    return mx.fast.rmsNorm(x, this.weight, this.epsilon);
  }

  [Symbol.dispose](): void {
    this.weight.dispose();
  }
}
