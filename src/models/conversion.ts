import {
  type Dtype,
  dispose,
  evaluate,
  initialise,
  keep,
  type MxArray,
  memory,
  mx,
  scope,
} from "../mlx/index.ts";
import type { Packing } from "../nn/quantized-linear.ts";
import { writeCompanions } from "./companions.ts";
import { forOtherReaders } from "./hugging-face-config.ts";
import { ModelWriter, type WriteProgress, type WrittenModel } from "./model-writer.ts";
import type { ResolvedModel } from "./resolve.ts";
import { StoredModel } from "./stored-model.ts";

export interface ConversionOptions {
  /** Directory to write; it must not hold anything yet. */
  output: string;
  /** Of what is not packed, and of scales; the source's where absent. */
  dtype?: Dtype;
  onProgress?: (progress: WriteProgress) => void;
  /** Aborted, the conversion ends with the signal's reason and leaves nothing behind. */
  signal?: AbortSignal;
  /** Bytes of a weight file, at most; 5 GB where absent. */
  shardBytes?: number;
}

/** What becomes of a model's tensors. */
export interface Conversion {
  /** For progress, such as `packing`. */
  label: string;
  /** How a matrix is packed from now on, which has so many columns; null leaves it whole. */
  packing(module: string, own: Packing | null, columns: number): Packing | null;
  /** What takes the place of a tensor; undefined keeps it. Matrices come expanded. Runs in a scope. */
  replace?(name: string, current: () => MxArray): MxArray | undefined;
  /** Called when every tensor has been seen; what it throws ends the conversion. */
  check?(): void;
}

/**
 * Writes a model anew in mlx-lm's layout, one tensor at a time, so that no more than a weight file is in memory. What
 * neither changes nor is packed otherwise is copied bit for bit. Throws ModelLoadError for
 * the source, ConfigError for an output that is taken.
 */
export async function convertModel(
  source: ResolvedModel,
  conversion: Conversion,
  { output, dtype: wanted, onProgress, signal, shardBytes }: ConversionOptions,
): Promise<WrittenModel> {
  await initialise();
  using writer = new ModelWriter(output, shardBytes);
  using stored = StoredModel.open(source);
  const dtype = wanted ?? stored.dtype;
  const matrices = new Set(stored.matrices);
  const names = [...stored.tensors.keys()].filter((name) => !isPackedPart(name));
  for (const [done, name] of names.entries()) {
    onProgress?.({ label: conversion.label, done, total: names.length, unit: "tensors" });
    // Signals and other work of the thread get their turn between two tensors.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    const module = name.slice(0, -".weight".length);
    const isMatrix = name.endsWith(".weight") && matrices.has(module);
    if (isMatrix) convertMatrix(module, { stored, writer, conversion, dtype });
    else {
      const current = () => stored.tensor(name);
      const array = keep(scope(() => inDtype(conversion.replace?.(name, current) ?? current(), dtype)));
      writer.add(name, array);
    }
    stored.free(isMatrix ? [name, `${module}.scales`, `${module}.biases`] : [name]);
    memory.clearCache();
  }
  onProgress?.({ label: conversion.label, done: names.length, total: names.length, unit: "tensors" });
  conversion.check?.();
  writeCompanions(stored.path, writer.directory);
  return writer.finish({
    ...forOtherReaders(stored.json, stored.config),
    ...(wanted ? { torch_dtype: wanted, dtype: wanted } : {}),
  });
}

interface MatrixConversion {
  stored: StoredModel;
  writer: ModelWriter;
  conversion: Conversion;
  dtype: Dtype;
}

function convertMatrix(module: string, { stored, writer, conversion, dtype }: MatrixConversion): void {
  const name = `${module}.weight`;
  const own = stored.packingOf(module);
  const words = stored.tensor(name).shape[1] as number;
  const packing = conversion.packing(module, own, own ? (words * 32) / own.bits : words);
  const whole = keep(
    scope(() => {
      const replaced = conversion.replace?.(name, () => stored.matrix(module));
      const same = own?.bits === packing?.bits && own?.groupSize === packing?.groupSize;
      if (same && own && !replaced) return null;
      return inDtype(replaced ?? stored.matrix(module), dtype);
    }),
  );
  if (!packing) {
    writer.add(name, whole as MxArray);
    return;
  }
  const packed = keep(
    scope(() => {
      if (whole) return mx.quantize(whole, packing);
      const { weight, scales, biases } = stored.packed(module);
      return {
        weight: mx.contiguous(weight),
        scales: inDtype(scales, dtype),
        biases: inDtype(biases, dtype),
      };
    }),
  );
  evaluate(packed);
  dispose(whole);
  writer.addPacked(module, packed, packing);
}

const isPackedPart = (name: string): boolean => /\.(scales|biases)$/.test(name);

/** In its own memory, not in what it was read from. */
function inDtype(array: MxArray, dtype: Dtype): MxArray {
  return mx.contiguous(mx.astype(array, dtype));
}
