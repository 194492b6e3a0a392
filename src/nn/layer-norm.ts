import { dispose, type MxArray, mx } from "../mlx/index.ts";

/** (x - mean) / sqrt(variance + epsilon) * weight + bias over the last axis (arXiv 1607.06450). */
export class LayerNorm implements Disposable {
  /** Takes over the arrays, both [D]. */
  constructor(
    public weight: MxArray,
    public bias: MxArray,
    readonly epsilon: number,
  ) {}

  forward(x: MxArray): MxArray {
    return mx.fast.layerNorm(x, this.weight, this.bias, this.epsilon);
  }

  [Symbol.dispose](): void {
    dispose([this.weight, this.bias]);
  }
}
