import { dispose, type MxArray, mx, type QuantizedWeight } from "../mlx/index.ts";
import type { Packing } from "./quantized-linear.ts";

/** Token embeddings, which may also be the output projection (tied). */
export interface Embedding extends Disposable {
  /** tokens [..], integers -> [.., D]. */
  lookUp(tokens: MxArray): MxArray;
  /** states [.., D] -> logits [.., V]. */
  project(states: MxArray): MxArray;
}

/** weight [V, D]. */
export class DenseEmbedding implements Embedding {
  constructor(public weight: MxArray) {}

  lookUp(tokens: MxArray): MxArray {
    return mx.take(this.weight, tokens, 0);
  }

  project(states: MxArray): MxArray {
    return mx.matmul(states, mx.transpose(this.weight));
  }

  [Symbol.dispose](): void {
    this.weight.dispose();
  }
}

/** Packed [V, D]: rows are expanded when they are looked up. */
export class QuantizedEmbedding implements Embedding {
  constructor(
    readonly packed: QuantizedWeight,
    readonly packing: Packing,
  ) {}

  lookUp(tokens: MxArray): MxArray {
    const { weight, scales, biases } = this.packed;
    const rows = [weight, scales, biases].map((part) => mx.take(part, tokens, 0)) as [
      MxArray,
      MxArray,
      MxArray,
    ];
    return mx.dequantize(...rows, this.packing);
  }

  project(states: MxArray): MxArray {
    const { weight, scales, biases } = this.packed;
    return mx.quantizedMatmul(states, weight, scales, biases, this.packing);
  }

  [Symbol.dispose](): void {
    dispose(this.packed);
  }
}
