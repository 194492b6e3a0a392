import { ModelLoadError } from "../errors/index.ts";
import { dispose, evaluate, keep, type MxArray, mx, type QuantizedWeight, scope } from "../mlx/index.ts";
import { DenseEmbedding, type Embedding, QuantizedEmbedding } from "../nn/embedding.ts";
import { LayerNorm } from "../nn/layer-norm.ts";
import { Linear } from "../nn/linear.ts";
import type { OwnedProjection } from "../nn/projection.ts";
import { type Packing, QuantizedLinear } from "../nn/quantized-linear.ts";
import { RMSNorm } from "../nn/rms-norm.ts";
import type { PackingOf } from "./stored-model.ts";

interface Packed {
  weight: QuantizedWeight;
  packing: Packing;
}

export interface ReaderOptions {
  /** For messages. */
  path: string;
  /** Everything becomes float32 (the CPU computes in nothing else well) instead of staying as it is stored. */
  float32: boolean;
  /** Whether a packed weight stays packed; otherwise it is expanded once. */
  keepPacked: (packing: Packing) => boolean;
  /** How the weight of a module is packed; null where nothing says so. */
  packing: PackingOf;
  /** How whole matrices are packed; those whose rows the group size does not divide stay whole. Absent packs none. */
  pack?: Packing | null;
}

/**
 * Turns named tensors into parts of a model, by names of Hugging Face's layout. Each tensor is taken once and
 * its shape checked; ModelLoadError names what is missing or does not fit.
 */
export class WeightReader {
  /** What has been handed out, and the arrays that it was made of. */
  readonly #parts: Disposable[] = [];

  constructor(
    private readonly tensors: Map<string, MxArray>,
    private readonly options: ReaderOptions,
  ) {}

  /** shape: [outputs, inputs]; a bias that is there and not asked for is left, and `finish` refuses it. */
  projection(module: string, shape: readonly [number, number], options: { bias: boolean }): OwnedProjection {
    const packed = this.#packed(module, shape) ?? this.#packNow(module, shape);
    const bias = options.bias ? this.#float32(this.#take(`${module}.bias`, [shape[0]])) : null;
    if (packed && this.options.keepPacked(packed.packing)) {
      return this.#made(new QuantizedLinear(this.#kept(packed.weight), packed.packing, bias));
    }
    const dense = packed ? this.#expand(packed) : this.#take(`${module}.weight`, shape);
    return this.#made(new Linear(this.#float32(dense, true), bias));
  }

  /** shape: [V, D]. */
  embedding(module: string, shape: readonly [number, number]): Embedding {
    const packed = this.#packed(module, shape) ?? this.#packNow(module, shape);
    if (packed && this.options.keepPacked(packed.packing)) {
      return this.#made(new QuantizedEmbedding(this.#kept(packed.weight), packed.packing));
    }
    const dense = packed ? this.#expand(packed) : this.#take(`${module}.weight`, shape);
    return this.#made(new DenseEmbedding(this.#float32(dense)));
  }

  norm(module: string, width: number, epsilon: number): RMSNorm {
    return this.#made(new RMSNorm(this.#float32(this.#take(`${module}.weight`, [width])), epsilon));
  }

  layerNorm(module: string, width: number, epsilon: number): LayerNorm {
    const [weight, bias] = ["weight", "bias"].map((part) =>
      this.#float32(this.#take(`${module}.${part}`, [width])),
    ) as [MxArray, MxArray];
    return this.#made(new LayerNorm(weight, bias, epsilon));
  }

  /** Something of the model's that is freed if it cannot be made after all. */
  own<P extends Disposable>(part: P): P {
    return this.#made(part);
  }

  /** Raises ModelLoadError when the file holds tensors that the model has no place for. */
  finish(): void {
    const left = [...this.tensors.keys()];
    if (left.length > 0) {
      throw new ModelLoadError(
        `${this.options.path} holds ${left.length} tensors that this architecture does not have, such as ${left[0]}.`,
        { mend: "Check that config.json names the right model_type." },
      );
    }
  }

  /** Frees everything: what was handed out too. For when a model cannot be made of the weights. */
  abandon(): void {
    for (const part of this.#parts) part[Symbol.dispose]();
    for (const array of this.tensors.values()) array.dispose();
    this.tensors.clear();
  }

  #made<P extends Disposable>(part: P): P {
    this.#parts.push(part);
    return part;
  }

  #named(name: string): MxArray {
    const array = this.tensors.get(name);
    if (array) return array;
    throw new ModelLoadError(`${this.options.path} lacks the tensor ${name}.`, {
      mend: "The file may be truncated or of another architecture: fetch it again.",
    });
  }

  #take(name: string, shape?: readonly number[]): MxArray {
    const array = this.#named(name);
    if (shape && array.shape.join() !== shape.join()) {
      throw new ModelLoadError(
        `${this.options.path}: tensor ${name} has shape [${array.shape}], expected [${shape}].`,
        {
          mend: "The weights and the configuration are of different models.",
        },
      );
    }
    this.tensors.delete(name);
    this.#parts.push(array);
    return array;
  }

  #packed(module: string, [outputs, inputs]: readonly [number, number]): Packed | null {
    const scales = this.tensors.get(`${module}.scales`);
    if (!scales) return null;
    const weight = this.#named(`${module}.weight`);
    const packing = this.options.packing(module, weight, scales);
    if (!packing) {
      throw new ModelLoadError(
        `${this.options.path}: ${module} is packed, but config.json says nothing of its packing.`,
        { mend: "Take config.json from the same place as the weights." },
      );
    }
    if (weight.dtype !== "uint32") {
      throw new ModelLoadError(
        `${this.options.path}: ${module}.weight is ${weight.dtype}, expected packed uint32 beside its scales.`,
        { mend: "Fetch the model again." },
      );
    }
    const words = (inputs * packing.bits) / 32;
    const grouped = [outputs, inputs / packing.groupSize];
    for (const [part, shape] of [
      ["weight", [outputs, words]],
      ["scales", grouped],
      ["biases", grouped],
    ] as const) {
      const found = this.#named(`${module}.${part}`).shape;
      if (found.join() === shape.join()) continue;
      throw new ModelLoadError(
        `${this.options.path}: ${module}.${part} has shape [${found}], expected [${shape}] for [${outputs}, ${inputs}] in ${packing.bits} bits, groups of ${packing.groupSize}.`,
        { mend: "The weights and the configuration are of different models." },
      );
    }
    const take = (part: string) => this.#take(`${module}.${part}`);
    return { weight: { weight: take("weight"), scales: take("scales"), biases: take("biases") }, packing };
  }

  #packNow(module: string, shape: readonly [number, number]): Packed | null {
    const { pack } = this.options;
    if (!pack || shape[1] % pack.groupSize !== 0) return null;
    const whole = this.#take(`${module}.weight`, shape);
    const weight = keep(scope(() => mx.quantize(whole, pack)));
    evaluate(weight);
    whole.dispose();
    this.own(weight.weight);
    this.own(weight.scales);
    this.own(weight.biases);
    return { weight, packing: pack };
  }

  #kept({ weight, scales, biases }: QuantizedWeight): QuantizedWeight {
    return { weight, scales: this.#float32(scales), biases: this.#float32(biases) };
  }

  #expand({ weight, packing }: Packed): MxArray {
    // In float32 the product of a scale and a small integer is exact; in the scales' float16 it is rounded.
    const [scales, biases] = [mx.astype(weight.scales, "float32"), mx.astype(weight.biases, "float32")];
    const dense = mx.dequantize(weight.weight, scales, biases, packing);
    evaluate(dense);
    dispose([weight, scales, biases]);
    return dense;
  }

  /** The array in float32 where that is asked for, or as it is, evaluated, kept, and transposed where asked; frees the original. */
  #float32(array: MxArray, transposed = false): MxArray {
    const result = keep(
      scope(() => {
        const wide = this.options.float32 ? mx.astype(array, "float32") : array;
        const turned = mx.contiguous(transposed ? mx.transpose(wide) : wide);
        evaluate(turned);
        return turned;
      }),
    );
    array.dispose();
    return this.#made(result);
  }
}
