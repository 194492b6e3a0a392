import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dispose, evaluate, type MxArray, type QuantizedWeight, saveSafetensors } from "../mlx/index.ts";
import type { Packing } from "../nn/quantized-linear.ts";
import { INDEX_FILE, SINGLE_FILE } from "./model-files.ts";
import { OutputDirectory } from "./output-directory.ts";
import { type Quantization, quantizationEntries } from "./quantization.ts";

/** Weights beyond this go into another file, as mlx-lm cuts them. */
const SHARD_BYTES = 5 * 2 ** 30;

/** How far the writing of a model is, in tensors. */
export interface WriteProgress {
  label: string;
  done: number;
  total: number;
  unit: "tensors";
}

export interface WrittenModel {
  /** The directory. */
  path: string;
  /** Of the weights. */
  bytes: number;
  parameters: number;
  bitsPerWeight: number;
}

/**
 * Writes a model in mlx-lm's layout: weights in files of at most 5 GB, an index where there are several, and
 * config.json with the packing. The directory is in its place when it is whole, and not before. Throws ConfigError for an output that is taken.
 */
export class ModelWriter implements Disposable {
  readonly #output: OutputDirectory;
  readonly #files: { names: string[]; bytes: number }[] = [];
  #pending = new Map<string, MxArray>();
  #pendingBytes = 0;
  #parameters = 0;
  readonly #packings = new Map<string, Packing>();

  constructor(
    output: string,
    private readonly shardBytes = SHARD_BYTES,
  ) {
    this.#output = new OutputDirectory(output);
  }

  /** Where the files are written. */
  get directory(): string {
    return this.#output.partial;
  }

  /** Takes over an array. */
  add(name: string, array: MxArray): void {
    this.#parameters += array.size;
    this.#queue(name, array);
  }

  /** Takes over the parts of a packed matrix. */
  addPacked(module: string, { weight, scales, biases }: QuantizedWeight, packing: Packing): void {
    this.#parameters += (weight.size * 32) / packing.bits;
    this.#packings.set(module, packing);
    this.#queue(`${module}.weight`, weight);
    this.#queue(`${module}.scales`, scales);
    this.#queue(`${module}.biases`, biases);
  }

  /** Writes what is left and config.json, and puts the directory in its place. */
  finish(config: Readonly<Record<string, unknown>>): WrittenModel {
    this.#flush();
    const count = this.#files.length;
    const weight_map: Record<string, string> = {};
    this.#files.forEach(({ names }, i) => {
      const file = count === 1 ? SINGLE_FILE : `model-${digits(i + 1)}-of-${digits(count)}.safetensors`;
      renameSync(this.#shard(i), join(this.directory, file));
      for (const name of names) weight_map[name] = file;
    });
    const bytes = this.#files.reduce((sum, file) => sum + file.bytes, 0);
    if (count > 1) {
      const metadata = { total_size: bytes, total_parameters: this.#parameters };
      this.writeJson(INDEX_FILE, { metadata, weight_map });
    }
    const { quantization: _, quantization_config: __, ...plain } = config;
    this.writeJson("config.json", { ...plain, ...(this.#packings.size > 0 ? this.#quantization() : {}) });
    this.#output.finish();
    return {
      path: this.#output.path,
      bytes,
      parameters: this.#parameters,
      bitsPerWeight: (8 * bytes) / this.#parameters,
    };
  }

  writeJson(file: string, value: unknown): void {
    writeFileSync(join(this.directory, file), `${JSON.stringify(value, null, 2)}\n`);
  }

  [Symbol.dispose](): void {
    dispose(this.#pending);
    this.#pending.clear();
    this.#output[Symbol.dispose]();
  }

  #queue(name: string, array: MxArray): void {
    evaluate(array);
    if (this.#pendingBytes > 0 && this.#pendingBytes + array.nbytes > this.shardBytes) this.#flush();
    this.#pending.set(name, array);
    this.#pendingBytes += array.nbytes;
  }

  #shard(index: number): string {
    return join(this.directory, `shard-${index}.safetensors`);
  }

  #flush(): void {
    if (this.#pending.size === 0) return;
    saveSafetensors(this.#shard(this.#files.length), this.#pending, { format: "mlx" });
    this.#files.push({ names: [...this.#pending.keys()], bytes: this.#pendingBytes });
    dispose(this.#pending);
    this.#pending = new Map();
    this.#pendingBytes = 0;
  }

  /** The packing of most modules, and those that differ. */
  #quantization(): Record<string, unknown> {
    const key = ({ bits, groupSize }: Packing) => `${bits} ${groupSize}`;
    const groups = Map.groupBy(this.#packings.values(), key);
    const [most = []] = [...groups.values()].sort((a, b) => b.length - a.length);
    const common = most[0] as Packing;
    const modules: Quantization["modules"] = new Map(
      [...this.#packings].filter(([, packing]) => key(packing) !== key(common)),
    );
    return quantizationEntries({ default: common, modules });
  }
}

const digits = (n: number): string => String(n).padStart(5, "0");
