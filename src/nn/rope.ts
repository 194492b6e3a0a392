import { keep, MxArray, mx, scope } from "../mlx/index.ts";

/** How rope is stretched to contexts longer than the model was first trained for. */
export type RopeScaling =
  | { type: "linear"; factor: number }
  | {
      type: "llama3";
      factor: number;
      lowFrequencyFactor: number;
      highFrequencyFactor: number;
      /** Tokens of the context before stretching. */
      originalContext: number;
    };

export interface RopeSettings {
  base: number;
  scaling: RopeScaling | null;
}

/** Rotary position embedding (arXiv 2104.09864) of halves: pair i turns by position / divisor i radians. */
export class Rope implements Disposable {
  /** [d / 2]; null where the divisors are the powers of the base. */
  readonly #divisors: MxArray | null;

  constructor(
    readonly headDimension: number,
    readonly settings: RopeSettings,
  ) {
    const { scaling } = settings;
    const divisors = () => MxArray.from(Float32Array.from(ropeDivisors(headDimension, settings)));
    this.#divisors = scaling ? keep(scope(divisors)) : null;
  }

  /** x [B, H, T, d]; offset: position of the first token, one number or one for each row, [B]. */
  rotate(x: MxArray, offset: number | MxArray): MxArray {
    const freqs = this.#divisors;
    return mx.fast.rope(
      x,
      this.headDimension,
      freqs ? { freqs, offset } : { base: this.settings.base, offset },
    );
  }

  /**
   * Cosines and sines of positions [N] -> [N, d]: what rope makes of vectors whose first half is 1 and whose second
   * half is 0, so that kernels turn by the same numbers as `rotate`.
   */
  rotation(positions: MxArray): MxArray {
    const count = positions.shape[0] as number;
    const half = [count, 1, 1, this.headDimension / 2];
    const unit = mx.concatenate([mx.ones(half), mx.zeros(half)], -1);
    return mx.reshape(this.rotate(unit, positions), [count, this.headDimension]);
  }

  [Symbol.dispose](): void {
    this.#divisors?.dispose();
  }
}

/** The rotation of a model without rope: none. [N, d]. */
export function noRotation(count: number, headDimension: number): MxArray {
  const half = [count, headDimension / 2];
  return mx.concatenate([mx.ones(half), mx.zeros(half)], -1);
}

/** What positions are divided by, for each pair of channels: [d / 2]. */
export function ropeDivisors(headDimension: number, { base, scaling }: RopeSettings): number[] {
  return Array.from({ length: headDimension / 2 }, (_, i) => {
    const divisor = base ** ((2 * i) / headDimension);
    if (!scaling) return divisor;
    if (scaling.type === "linear") return divisor * scaling.factor;
    // Llama 3.1: slow pairs are stretched, fast ones are not, and between them the frequency is blended.
    const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContext } = scaling;
    const turns = originalContext / (2 * Math.PI * divisor);
    if (turns < low) return divisor * factor;
    if (turns > high) return divisor;
    const share = (turns - low) / (high - low);
    return divisor / ((1 - share) / factor + share);
  });
}
