import { join } from "node:path";
import { ModelLoadError } from "../errors/index.ts";
import { readGgufHeader } from "../gguf/index.ts";
import {
  type Dtype,
  dispose,
  isFloating,
  loadGguf,
  type MxArray,
  mx,
  type QuantizedWeight,
} from "../mlx/index.ts";
import type { Packing } from "../nn/quantized-linear.ts";
import type { ModelConfig } from "./config.ts";
import { loadDirectoryTensors } from "./directory-weights.ts";
import { fromGgufNames, ggufConfig } from "./gguf-weights.ts";
import { fromGpt2Names } from "./gpt2-weights.ts";
import { directoryConfig, readConfigFile, toHuggingFaceConfig } from "./hugging-face-config.ts";
import { isLeftOver } from "./model-headers.ts";
import { packingFor, parseQuantization } from "./quantization.ts";
import type { ResolvedModel } from "./resolve.ts";

export type PackingOf = (module: string, weight: MxArray, scales: MxArray) => Packing | null;

/** A model as its files hold it: tensors by their names in Hugging Face's layout, read when they are evaluated. */
export class StoredModel implements Disposable {
  /** Opens a model's files. Throws ModelLoadError for what is missing, damaged or not supported. */
  static open({ path, format }: ResolvedModel): StoredModel {
    return format === "gguf" ? openGguf(path) : openDirectory(path);
  }

  constructor(
    readonly path: string,
    readonly config: ModelConfig,
    /** config.json. */
    readonly json: Readonly<Record<string, unknown>>,
    /** Owned; what is taken out belongs to whoever took it. */
    readonly tensors: Map<string, MxArray>,
    readonly packing: PackingOf,
  ) {}

  /** Modules with a matrix: projections and embeddings. */
  get matrices(): string[] {
    return [...this.tensors]
      .filter(([name, array]) => name.endsWith(".weight") && array.ndim === 2)
      .map(([name]) => name.slice(0, -".weight".length));
  }

  /** How a module is packed; null for one that is whole. */
  packingOf(module: string): Packing | null {
    const scales = this.tensors.get(`${module}.scales`);
    if (!scales) return null;
    const packing = this.packing(module, this.tensor(`${module}.weight`), scales);
    if (packing) return packing;
    throw new ModelLoadError(
      `${this.path}: ${module} is packed, but config.json says nothing of its packing.`,
      {
        mend: "Take config.json from the same place as the weights.",
      },
    );
  }

  tensor(name: string): MxArray {
    const array = this.tensors.get(name);
    if (array) return array;
    throw new ModelLoadError(`${this.path} lacks the tensor ${name}.`, { mend: "Fetch the model again." });
  }

  /** The packed parts of a module: still this model's. */
  packed(module: string): QuantizedWeight {
    const part = (name: string) => this.tensor(`${module}.${name}`);
    return { weight: part("weight"), scales: part("scales"), biases: part("biases") };
  }

  /** The matrix of a module, [outputs, inputs]: expanded in float32 where it is packed, else as it is. For a scope. */
  matrix(module: string): MxArray {
    const packing = this.packingOf(module);
    if (!packing) return mx.contiguous(this.tensor(`${module}.weight`));
    const { weight, scales, biases } = this.packed(module);
    // In float32 the product of a scale and a small integer is exact; in the scales' float16 it is rounded.
    const wide = [scales, biases].map((part) => mx.astype(part, "float32")) as [MxArray, MxArray];
    return mx.dequantize(weight, ...wide, packing);
  }

  /** The floating dtype of its matrices: of the first whole one's weights, or of a packed one's scales. */
  get dtype(): Dtype {
    const all = [...this.tensors].filter(([, array]) => array.ndim === 2 && isFloating(array.dtype));
    return all[0]?.[1].dtype ?? "float32";
  }

  /** Gives tensors up that are not needed any more. */
  free(names: readonly string[]): void {
    for (const name of names) {
      this.tensors.get(name)?.dispose();
      this.tensors.delete(name);
    }
  }

  [Symbol.dispose](): void {
    dispose(this.tensors);
    this.tensors.clear();
  }
}

function openGguf(path: string): StoredModel {
  const header = readGgufHeader(path);
  const { tensors } = loadGguf(path);
  let owned = tensors;
  try {
    const config = ggufConfig(path, header);
    owned = fromGgufNames(tensors, config);
    return new StoredModel(path, config, toHuggingFaceConfig(config), owned, (_module, weight, scales) => ({
      groupSize: 32,
      bits: (weight.shape[1] as number) / (scales.shape[1] as number),
    }));
  } catch (error) {
    dispose(owned);
    throw error;
  }
}

function openDirectory(path: string): StoredModel {
  const configPath = join(path, "config.json");
  const json = readConfigFile(path);
  const quantization = parseQuantization(json, configPath);
  const config = directoryConfig(json, configPath);
  let tensors = loadDirectoryTensors(path);
  if (config.architecture === "gpt2") tensors = fromGpt2Names(tensors);
  for (const [name, array] of tensors) {
    if (!isLeftOver(name, config)) continue;
    tensors.delete(name);
    array.dispose();
  }
  return new StoredModel(
    path,
    config,
    json,
    tensors,
    (module) => quantization && packingFor(quantization, module),
  );
}
