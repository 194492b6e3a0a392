import { ModelLoadError } from "../errors/index.ts";
import { dispose, evaluate, keep, type MxArray, mx, type QuantizedWeight, scope } from "../mlx/index.ts";
import { DenseEmbedding, type Embedding, QuantizedEmbedding } from "../nn/embedding.ts";
import { Linear } from "../nn/linear.ts";
import type { OwnedProjection } from "../nn/projection.ts";
import { type Packing, QuantizedLinear } from "../nn/quantized-linear.ts";
import { RMSNorm } from "../nn/rms-norm.ts";

interface Packed {
  weight: QuantizedWeight;
  packing: Packing;
}

export interface ReaderOptions {
  /** For messages. */
  path: string;
  /** Keep packed weights packed (GPU backends) rather than expanding them to float32 once (CPU). */
  keepPacked: boolean;
  /** Packing of the weight of a module; undefined where its file says nothing. */
  packing: (module: string, weight: MxArray, scales: MxArray) => Packing;
}

/**
 * Turns named tensors into parts of a model, by names of Hugging Face's layout. Each tensor is taken once and
 * its shape checked; ModelLoadError names what is missing or does not fit.
 */
export class WeightReader {
  constructor(
    private readonly tensors: Map<string, MxArray>,
    private readonly options: ReaderOptions,
  ) {}

  /** shape: [outputs, inputs]. */
  projection(module: string, shape: readonly [number, number]): OwnedProjection {
    const bias = this.tensors.has(`${module}.bias`) ? this.#float32(this.#take(`${module}.bias`)) : null;
    const packed = this.#packed(module, shape);
    if (packed && this.options.keepPacked) return new QuantizedLinear(packed.weight, packed.packing, bias);
    const dense = packed ? this.#expand(packed) : this.#take(`${module}.weight`, shape);
    return new Linear(this.#float32(dense, true), bias);
  }

  /** shape: [V, D]. */
  embedding(module: string, shape: readonly [number, number]): Embedding {
    const packed = this.#packed(module, shape);
    if (packed && this.options.keepPacked) return new QuantizedEmbedding(packed.weight, packed.packing);
    return new DenseEmbedding(
      this.#float32(packed ? this.#expand(packed) : this.#take(`${module}.weight`, shape)),
    );
  }

  norm(module: string, width: number, epsilon: number): RMSNorm {
    return new RMSNorm(this.#float32(this.#take(`${module}.weight`, [width])), epsilon);
  }

  /** Raises ModelLoadError when the file holds tensors that the model has no place for; frees them. */
  finish(ignored: (name: string) => boolean): void {
    const left = [...this.tensors.keys()].filter((name) => !ignored(name));
    for (const array of this.tensors.values()) array.dispose();
    this.tensors.clear();
    if (left.length > 0) {
      throw new ModelLoadError(
        `${this.options.path} holds ${left.length} tensors that this architecture does not have, such as ${left[0]}.`,
        {
          mend: "Check that config.json names the right model_type.",
        },
      );
    }
  }

  #take(name: string, shape?: readonly number[]): MxArray {
    const array = this.tensors.get(name);
    if (!array) {
      throw new ModelLoadError(`${this.options.path} lacks the tensor ${name}.`, {
        mend: "The file may be truncated or of another architecture: fetch it again.",
      });
    }
    if (shape && array.shape.join() !== shape.join()) {
      throw new ModelLoadError(
        `${this.options.path}: tensor ${name} has shape [${array.shape}], expected [${shape}].`,
        {
          mend: "The weights and the configuration are of different models.",
        },
      );
    }
    this.tensors.delete(name);
    return array;
  }

  #packed(module: string, [outputs, inputs]: readonly [number, number]): Packed | null {
    if (!this.tensors.has(`${module}.scales`)) return null;
    const [weight, scales, biases] = ["weight", "scales", "biases"].map((part) =>
      this.#take(`${module}.${part}`),
    ) as [MxArray, MxArray, MxArray];
    const packing = this.options.packing(module, weight, scales);
    const [rows = 0, words = 0] = weight.shape;
    if (rows !== outputs || (words * 32) / packing.bits !== inputs) {
      throw new ModelLoadError(
        `${this.options.path}: ${module} is packed as [${rows}, ${(words * 32) / packing.bits}], expected [${outputs}, ${inputs}].`,
        { mend: "The weights and the configuration are of different models." },
      );
    }
    return { weight: { weight, scales, biases }, packing };
  }

  #expand({ weight, packing }: Packed): MxArray {
    // In float32 the product of a scale and a small integer is exact; in the scales' float16 it is rounded.
    const [scales, biases] = [mx.astype(weight.scales, "float32"), mx.astype(weight.biases, "float32")];
    const dense = mx.dequantize(weight.weight, scales, biases, packing);
    evaluate(dense);
    dispose([weight, scales, biases]);
    return dense;
  }

  /** The array in float32 (CPU) or as it is, evaluated, kept, and transposed where asked; frees the original. */
  #float32(array: MxArray, transposed = false): MxArray {
    const result = keep(
      scope(() => {
        const wide = this.options.keepPacked ? array : mx.astype(array, "float32");
        const turned = mx.contiguous(transposed ? mx.transpose(wide) : wide);
        evaluate(turned);
        return turned;
      }),
    );
    array.dispose();
    return result;
  }
}
