import { dispose, evaluate, keep, type MxArray, mx, random, scope } from "../mlx/index.ts";
import type { Projection } from "./projection.ts";

export interface LoRAOptions {
  rank: number;
  /** alpha / rank. */
  scale: number;
  /** Probability of dropping an element of the adapter's input while training. */
  dropout: number;
}

/**
 * A frozen projection with a trained low-rank part beside it (LoRA, arXiv 2106.09685):
 *
 *   y = base(x) + scale x A B,   A [inputs, rank], B [rank, outputs], both float32
 *
 * B begins at 0, so an untrained adapter changes nothing; A is uniform in +-1 / sqrt(inputs), as in mlx-lm.
 */
export class LoRALinear implements Projection, Disposable {
  loraA: MxArray;
  loraB: MxArray;
  #dropoutKey: MxArray | null = null;

  constructor(
    readonly base: Projection,
    readonly options: LoRAOptions,
    seed: number,
  ) {
    const bound = 1 / Math.sqrt(base.inputs);
    const [a, b] = keep(
      scope((): [MxArray, MxArray] => {
        const shape = [base.inputs, options.rank];
        const drawn = random.uniform(shape, { key: random.key(seed), low: -bound, high: bound });
        const zero = mx.zeros([options.rank, base.outputs]);
        evaluate(drawn, zero);
        return [drawn, zero];
      }),
    );
    this.loraA = a;
    this.loraB = b;
  }

  get inputs(): number {
    return this.base.inputs;
  }

  get outputs(): number {
    return this.base.outputs;
  }

  forward(x: MxArray): MxArray {
    const y = this.base.forward(x);
    // addmm joins scaling, product and sum in one pass, but multiplies row by row of a batch: hence flat.
    const rows = mx.reshape(y, [-1, this.outputs]);
    const low = mx.matmul(mx.reshape(this.#dropped(x), [-1, this.inputs]), this.loraA);
    const sum = mx.addmm(rows, low, this.loraB, this.options.scale);
    return mx.reshape(mx.astype(sum, y.dtype), y.shape);
  }

  /** Training mode draws the dropout of every forward pass from this seed; null ends it. */
  setDropout(seed: number | null): void {
    this.#dropoutKey?.dispose();
    this.#dropoutKey = seed === null || this.options.dropout === 0 ? null : keep(random.key(seed));
  }

  #dropped(x: MxArray): MxArray {
    if (!this.#dropoutKey) return x;
    const kept = 1 - this.options.dropout;
    const mask = random.bernoulli(x.shape, { key: this.#dropoutKey, p: kept });
    return mx.where(mask, mx.divide(x, kept), 0);
  }

  /** What the adapter adds to the base's weight, [outputs, inputs]. */
  delta(): MxArray {
    return scope(() => mx.transpose(mx.multiply(mx.matmul(this.loraA, this.loraB), this.options.scale)));
  }

  /** Frees the adapter; the base belongs to whoever takes it back. */
  [Symbol.dispose](): void {
    this.setDropout(null);
    dispose([this.loraA, this.loraB]);
  }
}
